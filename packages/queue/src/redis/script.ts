import type { Argument, Script } from '@keelson/redis';
import { loadScript as load, runScript } from '@keelson/redis';
import type { Redis } from 'ioredis';
import { explain } from './explain.ts';

/** Reads `../scripts/NAME.lua`. */
export function loadScript(name: string): Script {
  return load(new URL('../scripts/', import.meta.url), name);
}

/** Runs a script. Replies are strings. */
export async function run(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  try {
    return await runScript((command, rest) => redis.call(command, rest), script, keys, args);
  } catch (error) {
    throw explain(error);
  }
}
