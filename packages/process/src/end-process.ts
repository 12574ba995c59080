import type { ChildProcess } from 'node:child_process';

/** Sends the signal and waits until the process has ended. Resolves at once for a process that has ended or never started. */
export function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
    child.ref();
    child.kill(signal);
  });
}
