import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';

/** `redis://…`, `rediss://…`, or what ioredis takes (Sentinel, TLS, ACL). */
export type RedisTarget = string | RedisOptions;

/** Replies keep the shape of RESP2. */
type LegacyOptions = RedisOptions & { replyMapping: 'legacy' };

const common: LegacyOptions = {
  replyMapping: 'legacy',
  connectTimeout: 5_000,
  // The client's name and version in CLIENT LIST: two more commands for each connection, which Redis before 7.2 refuses.
  disableClientInfo: true,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
};

/** A connection that reconnects by itself. Errors go to the commands, not to an `error` listener. */
export function connect(target: RedisTarget, more: RedisOptions): Redis {
  const options: LegacyOptions = { ...common, ...more, replyMapping: 'legacy' };
  const redis =
    typeof target === 'string'
      ? new Redis(target, options)
      : new Redis({ ...options, ...target, replyMapping: 'legacy' });
  // Each call reports its own failure; without a listener the client would print each reconnect.
  redis.on('error', () => undefined);
  return redis;
}

/** A connection whose commands fail after one failed reconnect, for callers that must not wait for Redis. */
export function connectQuick(target: RedisTarget, more: RedisOptions = {}): Redis {
  return connect(target, {
    commandTimeout: 5_000,
    maxRetriesPerRequest: 1,
    // A write whose reply was lost is not sent again: the caller could not distinguish its own success from that of another process.
    autoResendUnfulfilledCommands: false,
    ...more,
  });
}
