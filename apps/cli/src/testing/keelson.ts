import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { hostEnvironment } from '@keelson/config';
import { compileCache } from '@keelson/config/testing';
import { vi } from 'vitest';
import { run } from '../run.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

/** What `keelson` printed, and its exit code. */
interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly code: unknown;
}

/** Runs `keelson` in a process of its own, with this environment only. */
export function keelsonProcess(env: Environment, ...args: readonly string[]): Promise<Ended> {
  return keelsonIn('.', env, ...args);
}

/** The same, in this folder. */
export async function keelsonIn(cwd: string, env: Environment, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...env, ...compileCache },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  });
  const [output, errors, exit] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code: exit[0] };
}

/** As `keelsonProcess`, in this process: for commands that start nothing. A tenth of the time. */
export async function keelson(env: Environment, ...args: readonly string[]): Promise<Ended> {
  for (const name of Object.keys({ ...hostEnvironment(), ...env })) vi.stubEnv(name, env[name]);
  let output = '';
  let errors = '';
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((printed) => {
      output += String(printed);
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((printed) => {
      errors += String(printed);
      return true;
    }),
  ];
  const { exitCode: before } = process;
  process.exitCode = 0;
  try {
    await run(args);
    return { output, errors, code: process.exitCode };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
