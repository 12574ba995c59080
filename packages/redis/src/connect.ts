import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';

/** `redis://…`, `rediss://…`, or what ioredis takes (Sentinel, TLS, ACL). */
export type RedisTarget = string | RedisOptions;

/** Replies keep the shape that they have had since RESP2. */
type LegacyOptions = RedisOptions & { replyMapping: 'legacy' };

const common: LegacyOptions = {
  replyMapping: 'legacy',
  connectTimeout: 5_000,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
};

/** A connection that comes back by itself. */
export function connect(target: RedisTarget, more: RedisOptions): Redis {
  const options: LegacyOptions = { ...common, ...more, replyMapping: 'legacy' };
  const redis =
    typeof target === 'string'
      ? new Redis(target, options)
      : new Redis({ ...options, ...target, replyMapping: 'legacy' });
  // Every call reports its own failure; without a listener the client would print each reconnect.
  redis.on('error', () => undefined);
  return redis;
}

/** For callers that would rather fail than wait: after one failed reconnect they get an error. */
export function connectQuick(target: RedisTarget, more: RedisOptions = {}): Redis {
  return connect(target, {
    commandTimeout: 5_000,
    maxRetriesPerRequest: 1,
    // A write whose answer was lost is not sent again behind the caller's back: it could not distinguish its own success from another writer's.
    autoResendUnfulfilledCommands: false,
    ...more,
  });
}
