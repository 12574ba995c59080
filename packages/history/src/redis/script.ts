import type { Argument, Script } from '@keelson/redis';
import { loadScript as load, runScript } from '@keelson/redis';
import type { Redis } from 'ioredis';
import { explain } from './explain.ts';

/** Reads `../scripts/NAME.lua`, after the parts that it shares with others. */
export function loadScript(...names: readonly string[]): Script {
  return load(new URL('../scripts/', import.meta.url), ...names);
}

/** Runs a script. Replies are Buffers. */
export function run(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  return ask(runScript((command, rest) => redis.callBuffer(command, rest), script, keys, args));
}

/** Waits for an answer of Redis and explains its failure. */
export async function ask<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw explain(error);
  }
}
