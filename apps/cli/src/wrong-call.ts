import type { Command } from 'commander';

/** For commands whose exit code 1 says something else: an option that is wrong ends with 2, and shows how it is called. */
export function wrongCallEndsWith2(command: Command): Command {
  return command.showHelpAfterError().exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
