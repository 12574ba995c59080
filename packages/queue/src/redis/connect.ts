import type { RedisTarget } from '@keelson/redis';
import { connect, connectQuick as quick } from '@keelson/redis';
import type { Redis } from 'ioredis';
import { QueueError } from '../errors.ts';
import { explain } from './explain.ts';

/** Where a part of the queue lives. Everything on one Redis and prefix works together. */
export interface QueueOptions {
  readonly redis: RedisTarget;
  /** Every key begins with it, as a hash tag. @default 'keelson' */
  readonly prefix?: string;
}

/** For callers that would rather be told than wait: fails at once while Redis is away. Use it after `whenReady`. */
export function connectQuick(target: RedisTarget): Redis {
  return quick(target, { enableOfflineQueue: false });
}

/** For workers, which have nothing better to do than to wait until Redis is back (BullMQ insists on it). */
export function connectPatient(target: RedisTarget): Redis {
  return connect(target, { maxRetriesPerRequest: null });
}

const readyWithinMs = 2_000;

const waits = new WeakMap<Redis, Promise<void>>();

/** A connection that has just been made, or is just coming back, gets 2 s. Throws QueueError `unavailable` after that. */
export async function whenReady(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  const wait = waits.get(redis) ?? untilReady(redis).finally(() => waits.delete(redis));
  waits.set(redis, wait);
  await wait;
}

function untilReady(redis: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const done = (): void => {
      clearTimeout(timer);
      redis.off('error', remember).off('ready', ready).off('end', fail);
    };
    const ready = (): void => {
      done();
      resolve();
    };
    const fail = (): void => {
      done();
      reject(last === undefined ? new QueueError('Redis cannot be reached.', { code: 'unavailable' }) : explain(last));
    };
    const remember = (error: unknown): void => {
      last = error;
    };
    const timer = setTimeout(fail, readyWithinMs);
    redis.on('error', remember).on('ready', ready).on('end', fail);
  });
}
