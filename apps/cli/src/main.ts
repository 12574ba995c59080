#!/usr/bin/env node
import { program } from './program.ts';

try {
  await program().parseAsync();
} catch (error) {
  // The message of every error of ours is for people; a stack trace would only hide it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
