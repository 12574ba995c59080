import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/**
 * Kills the process group of `child` when this process is gone, however it went: the standard input of a shell closes with us, which not
 * even SIGKILL can prevent. Ends by itself when the child does.
 *
 * @param child - leader of a process group of its own (`detached`)
 */
export function dieWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watchdog = spawn('/bin/sh', ['-c', `cat >/dev/null; kill -9 -${child.pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
