import type { Command } from 'commander';

/**
 * Has wrong usage of a command, or of any command below it, end with exit code 2 and show how it is called. Exit code 1 is left to what the
 * commands themselves find.
 */
export function endUsageErrorsWith2(command: Command): Command {
  for (const each of command.commands) endUsageErrorsWith2(each);
  return command.showHelpAfterError().exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}
