import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { explain } from './explain.ts';

export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** Reads `../scripts/NAME.lua`. */
export function loadScript(name: string): Script {
  const source = readFileSync(new URL(`../scripts/${name}.lua`, import.meta.url), 'utf8');
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text when Redis does not know it (first use, after a restart). */
export async function run(
  redis: Redis,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await redis.call('EVALSHA', [sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw explain(error);
  }
  try {
    return await redis.call('EVAL', [source, ...rest]);
  } catch (error) {
    throw explain(error);
  }
}
