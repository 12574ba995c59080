import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { dieWithParent } from '@keelson/process';

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends the whole group when it is aborted. */
  readonly signal: AbortSignal;
}

export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long those of a group may take to end by themselves, in milliseconds. */
const patience = 2_000;

/** Runs a program in a process group of its own, which ends as a whole: with `signal`, and with this process however that ends. */
export async function runGroup(argv: readonly string[], { cwd, env, signal }: GroupOptions): Promise<Ended> {
  const [program = '', ...args] = argv;
  if (signal.aborted) return { code: undefined, stdout: '', stderr: '' };
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  dieWithParent(child, { group: true });
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    killing = setTimeout(() => signalGroup(child, 'SIGKILL'), patience);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
    return { code: code ?? undefined, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    clearTimeout(killing);
    signal.removeEventListener('abort', stop);
    // What a job left running in the background would outlive its job.
    signalGroup(child, 'SIGKILL');
  }
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
