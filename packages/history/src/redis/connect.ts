import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';

/** `redis://…`, `rediss://…`, or what ioredis takes (Sentinel, TLS, ACL). */
export type RedisTarget = string | RedisOptions;

/** Replies keep the shape that they have had since RESP2. */
type LegacyOptions = RedisOptions & { replyMapping: 'legacy' };

const quick: LegacyOptions = {
  replyMapping: 'legacy',
  connectTimeout: 5_000,
  commandTimeout: 5_000,
  // A caller that has to wait is worse off than one that is told: after one failed reconnect it hears that Redis is away.
  maxRetriesPerRequest: 1,
  // A write whose answer was lost is not sent again behind the caller's back: it could not tell its own success from somebody else's.
  autoResendUnfulfilledCommands: false,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
};

/** A connection that fails quickly and comes back by itself. */
export function connect(target: RedisTarget, more: RedisOptions = {}): Redis {
  const options: LegacyOptions = { ...quick, ...more, replyMapping: 'legacy' };
  const redis =
    typeof target === 'string'
      ? new Redis(target, options)
      : new Redis({ ...options, ...target, replyMapping: 'legacy' });
  // Every call reports its own failure; without a listener the client would print each reconnect.
  redis.on('error', () => undefined);
  return redis;
}
