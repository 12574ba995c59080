import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startDebianRegistry } from './start-debian-registry.ts';

const found = await startDebianRegistry();
await found?.stop();
const skipped = found === undefined ? ' (skipped: docker-registry is not on PATH)' : '';

/** Whether that process is a registry. Asking over HTTP would end it: it dies of its log's pipe at the next line. */
async function isRegistry(pid: string): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('docker-registry');
}

it.skipIf(found === undefined)(
  `Debian's registry dies with the process that started it, even by kill -9${skipped}`,
  async () => {
    const module = fileURLToPath(new URL('./start-debian-registry.ts', import.meta.url));
    const script = `const { startDebianRegistry } = await import(${JSON.stringify(module)}); console.log((await startDebianRegistry()).url); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const children = await readFile(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8');
    const pids = children.trim().split(' ');
    const are = await Promise.all(pids.map(isRegistry));
    const pid = pids.find((_each, index) => are[index]) ?? '';
    expect(await isRegistry(pid)).toBe(true);

    parent.kill('SIGKILL');
    await once(parent, 'exit');

    await expect.poll(() => isRegistry(pid)).toBe(false);
  },
);
