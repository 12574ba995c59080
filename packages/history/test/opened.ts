import type { RedisServer } from '@keelson/redis/server';
import { sharedRedis } from '@keelson/redis/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { History, HistoryOptions } from '../src/index.ts';
import { createHistory } from '../src/index.ts';

export interface Opened {
  readonly server: RedisServer;
  /** A plain client, to look at and damage what is stored. */
  readonly raw: Redis;
  /** Another History on the same Redis; closed after the test. */
  open(options?: Partial<HistoryOptions>): History;
}

/** The process's Redis, emptied between tests, or after all tests of a file that only read. */
export function useHistory({ emptied = 'between tests' }: { emptied?: 'between tests' | 'at the end' } = {}): Opened {
  let server: RedisServer;
  let raw: Redis;
  const histories: History[] = [];

  beforeAll(async () => {
    server = await sharedRedis();
    raw = new Redis(server.url);
    raw.on('error', () => undefined);
    await raw.flushall();
  });
  const empty = async () => {
    await Promise.all(histories.splice(0).map((history) => history.close()));
    await raw.flushall();
  };
  if (emptied === 'between tests') afterEach(empty);
  afterAll(async () => {
    await empty();
    raw.disconnect();
  });
  return {
    get server() {
      return server;
    },
    get raw() {
      return raw;
    },
    open: (options = {}) => {
      const history = createHistory({ redis: server.url, ...options });
      histories.push(history);
      return history;
    },
  };
}
