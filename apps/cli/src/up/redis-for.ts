import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '@keelson/config';
import type { Logger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import { lockFolder } from './lock-folder.ts';

/** The data folder of a Redis that this process starts: history survives a restart. */
const data = '.keelson/redis';

/**
 * The Redis at REDIS_URL or, without one, a Redis started for this process that writes each change to disk.
 *
 * @throws Error when another process already has one on the same data.
 */
export async function redisFor(
  { redisUrl }: Config,
  log: Logger,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  if (redisUrl !== undefined) return { url: redisUrl, stop: async () => {} };
  const directory = resolve(data);
  await mkdir(directory, { recursive: true });
  const lock = await lockFolder(directory);
  try {
    const redis = await startRedis({ appendOnly: true, args: ['--dir', directory] });
    log.info({ directory, url: redis.url }, 'REDIS_URL is not set: a Redis was started for this process');
    return {
      url: redis.url,
      async stop() {
        await redis.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
