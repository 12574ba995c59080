import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { dieWithParent } from '@keelson/process';
import type { ProgramExit } from '@keelson/simulator/kubelet';
import { Output } from './output.ts';
import type { Command } from './programs.ts';

/** How long the output of a program that is gone may still be held open by what it left behind. */
const lastWordsMs = 500;

export interface Program {
  readonly pid: number;
  /** When it and all of its process group are gone, and its output is read. */
  readonly exited: Promise<ProgramExit>;
  readonly output: Output;
  /** SIGTERM to the program; after that long (0: at once) SIGKILL to its whole group. A second call can only shorten the time. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/**
 * Starts a program in a process group of its own, without any of our environment. It does not outlive this process.
 *
 * @throws Error when it cannot be started
 */
export async function runProgram(
  { program, args }: Command,
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Program> {
  const child = spawn(program, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} has no process id`);
  dieWithParent(child, { group: true });
  const output = new Output();
  const exited = whenGone(child, pid, output);
  return { pid, exited, output, stop: stopper(child, pid, exited) };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function whenGone(child: Child, pid: number, output: Output): Promise<ProgramExit> {
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      // as the end of a container's first process ends all others in it
      killGroup(pid);
      const timer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, lastWordsMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}

function stopper(child: Child, pid: number, exited: Promise<ProgramExit>): Program['stop'] {
  let limit = Infinity;
  return async (graceMs) => {
    const gone = () => child.exitCode !== null || child.signalCode !== null;
    const until = performance.now() + graceMs;
    if (!gone() && until < limit) {
      if (limit === Infinity && graceMs > 0) child.kill('SIGTERM');
      limit = until;
      const timer = setTimeout(() => gone() || killGroup(pid), graceMs);
      void exited.then(() => clearTimeout(timer));
    }
    await exited;
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nothing of it is left
  }
}
