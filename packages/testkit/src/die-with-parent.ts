import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/**
 * Kills `child` when this process is gone, however it went: the shell's standard input closes with us, which not even SIGKILL can prevent.
 * Ends by itself when the child does.
 */
export function dieWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watchdog = spawn('sh', ['-c', `cat >/dev/null; kill -9 ${child.pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
