import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isRunning } from '../src/testing/is-running.ts';

/** What a program prints, once it has printed a whole line. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

/** Each starts a shell and a program of that, prints their ids, and waits. */
const starts = {
  'a container': `
    const { runProgram } = await import(MODULE);
    const command = { program: '/bin/sh', args: ['-c', 'sleep 60 & echo $$ $!; wait'] };
    const program = await runProgram(command, { cwd: '/', env: { PATH: '/usr/bin:/bin' } });
    while (!program.output.text.includes('\\n')) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(program.output.text.trim());
    setInterval(() => {}, 1000);`,
  'a job of a pipeline': `
    const { runGroup } = await import(MODULE);
    const { mkdtempSync, readFileSync } = await import('node:fs');
    const cwd = mkdtempSync(FOLDER);
    const argv = ['/bin/sh', '-c', 'sleep 60 & echo $$ $! > ids; wait'];
    void runGroup(argv, { cwd, env: { PATH: '/usr/bin:/bin' }, signal: new AbortController().signal });
    let ids = '';
    while (!ids.includes('\\n')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      try { ids = readFileSync(cwd + '/ids', 'utf8'); } catch {}
    }
    console.log(ids.trim());`,
} as const;

it.each([
  ['a container', '../src/runtime/run-program.ts'],
  ['a job of a pipeline', '../src/ci/process-group.ts'],
] as const)('%s and what it has started die with us, even by kill -9', async (what, path) => {
  const module = fileURLToPath(new URL(path, import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'keelson-die-'));
  const values = `const MODULE = ${JSON.stringify(module)}; const FOLDER = ${JSON.stringify(join(folder, 'job-'))};`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', values + starts[what]], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = (await firstLine(parent.stdout)).split(' ').map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await expect.poll(() => pids.map(isRunning)).toEqual([false, false]);
  await rm(folder, { recursive: true });
});
