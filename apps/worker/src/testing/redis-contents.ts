import { Redis } from 'ioredis';

/** Every key of a Redis with its value, as text. */
export async function redisContents(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  await redis.connect();
  const texts: string[] = [];
  for await (const page of redis.scanStream({ count: 500 })) {
    for (const key of namesIn(page)) texts.push(`${key} ${JSON.stringify(await readValue(redis, key))}`);
  }
  redis.disconnect();
  return texts.join('\n');
}

function namesIn(page: unknown): string[] {
  return Array.isArray(page) ? page.map(String) : [];
}

async function readValue(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return undefined;
    default:
      throw new Error(`The values of a ${type} are not read here.`);
  }
}
