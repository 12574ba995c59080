import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '@keelson/config';
import type { Logger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import type { FolderLock } from './lock-folder.ts';
import { lockFolder } from './lock-folder.ts';
import type { SupervisedRedis } from './supervise-redis.ts';
import { superviseRedis } from './supervise-redis.ts';

/** The data folder of a Redis that this process starts: history survives a restart. */
const data = '.keelson/redis';

/**
 * The Redis at REDIS_URL or, without one, a Redis started for this process that writes each change to disk, and again when it ends.
 *
 * @throws Error that says what to do, when another process already has one on the same data, or the data cannot be written.
 */
export async function redisFor({ redisUrl }: Config, log: Logger): Promise<SupervisedRedis & { readonly url: string }> {
  if (redisUrl !== undefined) return { url: redisUrl, lost: new Promise(() => {}), stop: async () => {} };
  const directory = resolve(data);
  const lock = await lockData(directory);
  try {
    const redis = await startRedis({ appendOnly: true, args: ['--dir', directory] });
    log.info({ directory, url: redis.url }, 'REDIS_URL is not set: a Redis was started for this process');
    const supervised = superviseRedis(redis, { directory, log });
    return {
      url: redis.url,
      lost: supervised.lost,
      async stop() {
        await supervised.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function lockData(directory: string): Promise<FolderLock> {
  try {
    await mkdir(directory, { recursive: true });
    return await lockFolder(directory);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    const remedy = 'Check its rights and the space on its disk, start Keelson in another folder, or set REDIS_URL.';
    throw new Error(
      `Keelson keeps its Redis data in ${directory}, which cannot be used (${cause.message}). ${remedy}`,
      { cause },
    );
  }
}
