import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

export interface DieOptions {
  /** The child leads a process group of its own (`detached`): the whole group is killed. @default false */
  readonly group?: boolean;
  /** The child's folder, removed with it. */
  readonly folder?: string;
}

/**
 * Kills `child` with SIGKILL when this process ends, however it ends. A watchdog shell reads from a pipe to this process; the pipe closes even
 * when this process gets SIGKILL. The watchdog ends when the child does.
 */
export function dieWithParent(child: ChildProcess, { group = false, folder }: DieOptions = {}): void {
  if (child.pid === undefined) return;
  const target = group ? -child.pid : child.pid;
  const remove = folder === undefined ? '' : '; rm -rf "$0"';
  const watchdog = spawn('/bin/sh', ['-c', `read -r _; kill -9 ${target} 2>/dev/null${remove}`, folder ?? 'sh'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
