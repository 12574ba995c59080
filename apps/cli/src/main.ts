#!/usr/bin/env node
import { CommanderError } from 'commander';
import { program } from './program.ts';
import { exitCodeOf } from './usage-errors.ts';

try {
  await program().parseAsync();
} catch (error) {
  // Commander has printed its own errors. The message of every other one is for people; a stack trace would only hide it.
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodeOf(error);
}
