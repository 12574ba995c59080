import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { errorOutput, standardOutput } from './output.ts';

/** Has a command, and every command below it, throw a CommanderError at wrong usage, after printing how it is called. */
export function throwUsageErrors(command: Command): Command {
  for (const each of command.commands) throwUsageErrors(each);
  return command
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => standardOutput().write(text), writeErr: (text) => errorOutput.write(text) });
}

/** The exit code for what a command threw: 2, for wrong usage as for any other error; 0 after `--help`. Exit code 1 belongs to findings. */
export function exitCodeOf(error: unknown): 0 | 2 {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
