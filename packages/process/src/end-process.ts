import type { ChildProcess } from 'node:child_process';

/** Sends the signal and waits until the process is gone. One that never came up is. */
export function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
    child.ref();
    child.kill(signal);
  });
}
