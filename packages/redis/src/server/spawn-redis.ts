import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { dieWithParent } from '@keelson/process';

const startMs = 10_000;

/**
 * Starts `redis-server`; resolves when it says that it accepts connections, rejects with its output when it ends before. If this process ends
 * first, the server is killed and its folder removed.
 */
export function spawnRedis(binary: string, args: readonly string[], folder: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    // In a process group of its own: Ctrl-C at the terminal is for whoever started it, who may still need it to end well.
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    dieWithParent(child, { folder });
    let output = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${binary} ${why}\n${output.slice(-2_000)}`));
    };
    const failAtExit = (code: number | null): void => fail(`ended with code ${code}.`);
    const timer = setTimeout(() => fail(`was not ready after ${startMs} ms.`), startMs);
    const read = (chunk: Buffer): void => {
      if (output.length < 20_000) output += chunk.toString();
      if (!output.includes('Ready to accept connections')) return;
      clearTimeout(timer);
      child.stdout.off('data', read).resume();
      child.off('exit', failAtExit);
      child.unref();
      resolve(child);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) =>
      fail(`could not be started (${error.message}). Install Redis, so that it is on PATH.`),
    );
    child.once('exit', failAtExit);
  });
}
