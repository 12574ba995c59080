import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { explain } from './explain.ts';

export type Argument = string | number | Buffer;

export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** Reads `../scripts/NAME.lua`, after the parts that it shares with others. */
export function loadScript(...names: readonly string[]): Script {
  const source = names
    .map((name) => readFileSync(new URL(`../scripts/${name}.lua`, import.meta.url), 'utf8'))
    .join('\n');
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text when Redis does not know it (first use, after a restart). Replies are Buffers. */
export async function run(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await redis.callBuffer('EVALSHA', [script.sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw explain(error);
  }
  try {
    return await redis.callBuffer('EVAL', [script.source, ...rest]);
  } catch (error) {
    throw explain(error);
  }
}

/** Runs one plain command's promise and explains its failure. */
export async function ask<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw explain(error);
  }
}
