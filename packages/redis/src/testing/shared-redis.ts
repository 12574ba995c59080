import type { RedisServer } from '../server/index.ts';
import { startRedis } from '../server/index.ts';

let shared: Promise<RedisServer> | undefined;

/** One Redis for all test files of this process, which it ends with. A file empties it before use, and brings it back after a kill. */
export function sharedRedis(): Promise<RedisServer> {
  shared ??= startRedis();
  return shared;
}
