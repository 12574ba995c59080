import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { endProcess, freePort, listen } from '../src/index.ts';

const parentProgram = fileURLToPath(new URL('./parent.ts', import.meta.url));

/** False also for a process that has ended and that nobody has waited for yet (a zombie). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function startSleep() {
  return spawn('/bin/sh', ['-c', 'exec sleep 600'], { stdio: 'ignore' });
}

it.each(['child', 'group'])('dieWithParent kills the %s after a kill -9 of the parent', async (kind) => {
  const parent = spawn(process.execPath, [parentProgram, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await once(parent.stdout, 'data');
  const pid = Number(String(output));
  onTestFinished(() => void (isRunning(pid) && process.kill(pid, 'SIGKILL')));
  expect(isRunning(pid)).toBe(true);

  parent.kill('SIGKILL');

  await expect.poll(() => isRunning(pid)).toBe(false);
});

it.each(['SIGTERM', 'SIGKILL'] as const)('endProcess resolves when a process has ended by %s', async (signal) => {
  const child = startSleep();
  await once(child, 'spawn');

  await endProcess(child, signal);

  expect(child.signalCode).toBe(signal);
  await endProcess(child, signal);
});

it('endProcess resolves for a process that never started', async () => {
  const child = spawn('/nowhere/nothing');
  await once(child, 'error');

  await endProcess(child, 'SIGKILL');

  expect(child.pid).toBeUndefined();
});

it('listen resolves with the port, and rejects for a port in use', async () => {
  const [first, second] = [createServer(), createServer()];
  onTestFinished(() => void first.close());

  const port = await listen(first, 0);

  expect(first.address()).toMatchObject({ address: '127.0.0.1', port });
  await expect(listen(second, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('freePort gives a port that a server can take', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const port = await freePort();

  expect(await listen(server, port)).toBe(port);
});
