import { maskSecrets } from '@keelson/core';
import { CommanderError } from 'commander';
import { errorOutput } from './output.ts';
import { program } from './program.ts';
import { exitCodeOf } from './usage-errors.ts';

/** Runs `keelson` with these arguments, and sets this process's exit code. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has printed its own errors. The message of every other one is for people; a stack trace would only hide it.
    if (!(error instanceof CommanderError))
      errorOutput.write(`${maskSecrets(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
