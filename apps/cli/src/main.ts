#!/usr/bin/env node
import { program } from './program.ts';

try {
  await program().parseAsync();
} catch (error) {
  // Every error of ours is a sentence for people; where it came from matters only to those who ask for it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
