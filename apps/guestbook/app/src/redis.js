import { Redis } from 'ioredis';

/**
 * A connection to the guestbook's Redis that reconnects by itself, and that fails soon when Redis is unavailable instead of letting visitors wait.
 *
 * REDIS_URL is its address (default: this machine), REDIS_PASSWORD its password; apart, so that the address may be logged.
 */
export function connectRedis({ REDIS_URL = 'redis://127.0.0.1:6379', REDIS_PASSWORD }) {
  const redis = new Redis(REDIS_URL, {
    ...(REDIS_PASSWORD && { password: REDIS_PASSWORD }),
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 1,
    // An entry whose response was lost must not be written twice.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
  });
  tellOutages(redis);
  return redis;
}

/** Logs one line when Redis becomes unavailable and one when it is back, not one for every attempt. */
function tellOutages(redis) {
  let away = false;
  redis.on('error', (error) => {
    if (!away) console.error(`Redis is away: ${error.message || error.code}`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) console.log('Redis is back');
    away = false;
  });
}
