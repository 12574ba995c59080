import { Redis } from 'ioredis';

/**
 * A connection to the guestbook's Redis that comes back by itself, and that says soon when Redis is away instead of letting people wait.
 *
 * REDIS_URL says where it is (default: this machine), REDIS_PASSWORD what opens it; apart, so that the address may be shown.
 */
export function connectRedis({ REDIS_URL = 'redis://127.0.0.1:6379', REDIS_PASSWORD }) {
  const redis = new Redis(REDIS_URL, {
    ...(REDIS_PASSWORD && { password: REDIS_PASSWORD }),
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 1,
    // An entry whose answer was lost is not written a second time behind its writer's back.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
  });
  tellOutages(redis);
  return redis;
}

/** One line when Redis goes away, and one when it is back: not one for every attempt in between. */
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
