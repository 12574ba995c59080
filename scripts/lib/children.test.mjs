import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { capture, exitCode } from './children.mjs';

const children = fileURLToPath(new URL('./children.mjs', import.meta.url));

/** Starts a process that runs `script` through `runNode`, without a terminal. */
function startParent(script) {
  const source = `
    const { runNode } = await import(${JSON.stringify(children)});
    process.exit(await runNode(['-e', ${JSON.stringify(script)}]));
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a child', () => {
  it.each([
    ['process.exit(0)', 0],
    ['process.exit(7)', 7],
    ["process.kill(process.pid, 'SIGKILL')", 137],
  ])('%s ends its parent with %i', async (script, code) => {
    await expect(exitCode(startParent(script))).resolves.toBe(code);
  });

  it.each(['SIGTERM', 'SIGINT'])('a child gets %s and decides itself when to end', async (signal) => {
    const parent = startParent(`
      setInterval(() => {}, 1000);
      process.on('${signal}', () => { console.log('draining'); setTimeout(() => process.exit(5), 50); });
      console.log('ready');
    `);
    const lines = [];
    parent.stdout.setEncoding('utf8').on('data', (text) => lines.push(text));
    await once(parent.stdout, 'data');

    parent.kill(signal);

    await expect(exitCode(parent)).resolves.toBe(5);
    expect(lines.join('')).toBe('ready\ndraining\n');
  });
});

it('a child runs under the Node of the project, whatever started it', async () => {
  const { code, output } = await capture(['node', '-p', 'process.versions.node']);

  expect(code).toBe(0);
  expect(output).toMatch(/^24\./);
});
