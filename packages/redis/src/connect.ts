import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';

/** A Redis behind TLS whose certificate a CA of one's own signed, in PEM. */
interface SignedRedis {
  readonly url: string;
  readonly ca: string;
}

/** `redis://…`, `rediss://…`, that with a CA, or what ioredis takes (Sentinel, TLS, ACL). */
export type RedisTarget = string | SignedRedis | RedisOptions;

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
  const redis = open(target, options);
  // Each call reports its own failure; without a listener the client would print each reconnect.
  redis.on('error', () => undefined);
  return redis;
}

function open(target: RedisTarget, options: LegacyOptions): Redis {
  if (typeof target === 'string') return new Redis(target, options);
  if ('url' in target) return new Redis(target.url, { ...options, tls: { ca: target.ca } });
  return new Redis({ ...options, ...target, replyMapping: 'legacy' });
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
