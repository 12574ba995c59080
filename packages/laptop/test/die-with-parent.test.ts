import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { lives } from '../src/testing/lives.ts';

/** What a program prints, once it has printed a whole line. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

it('a container and what it has started die with us, even by kill -9', async () => {
  const module = fileURLToPath(new URL('../src/runtime/run-program.ts', import.meta.url));
  const script = `
    const { runProgram } = await import(${JSON.stringify(module)});
    const command = { program: '/bin/sh', args: ['-c', 'sleep 60 & echo $$ $!; wait'] };
    const program = await runProgram(command, { cwd: '/', env: { PATH: '/usr/bin:/bin' } });
    while (!program.output.text.includes('\\n')) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(program.output.text.trim());
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = (await firstLine(parent.stdout)).split(' ').map(Number);
  expect(pids.map(lives)).toEqual([true, true]);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await expect.poll(() => pids.map(lives), { timeout: 10_000 }).toEqual([false, false]);
});
