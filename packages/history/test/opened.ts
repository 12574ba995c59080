import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
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

/** One Redis for the file, emptied between tests. */
export function useHistory(): Opened {
  let server: RedisServer;
  let raw: Redis;
  const histories: History[] = [];

  beforeAll(async () => {
    server = await startRedis();
    raw = new Redis(server.url);
    raw.on('error', () => undefined);
  });
  afterEach(async () => {
    await Promise.all(histories.splice(0).map((history) => history.close()));
    await raw.flushall();
  });
  afterAll(async () => {
    raw.disconnect();
    await server.stop();
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
