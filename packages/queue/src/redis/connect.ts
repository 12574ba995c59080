import type { RedisTarget } from '@keelson/redis';
import { connect, connectQuick as quick } from '@keelson/redis';
import type { Redis } from 'ioredis';
import { QueueError } from '../errors.ts';
import { explain } from './explain.ts';
import { withSlowRefusals } from './slow-refusals.ts';

/** Which Redis and key prefix. Everything with the same Redis and prefix works together. */
export interface QueueOptions {
  readonly redis: RedisTarget;
  /** Every key begins with it, as a hash tag. @default 'keelson' */
  readonly prefix?: string;
}

/** A connection that fails at once while Redis is unavailable. Await `whenReady` before using it. */
export function connectQuick(target: RedisTarget): Redis {
  return quick(target, { enableOfflineQueue: false });
}

/** A connection for workers, which wait until Redis is back (BullMQ requires it). */
export function connectPatient(target: RedisTarget): Redis {
  const redis = withSlowRefusals(connect(target, { maxRetriesPerRequest: null }));
  const duplicate = redis.duplicate.bind(redis);
  const copies: Redis[] = [];
  redis.duplicate = (more) => {
    const copy = withSlowRefusals(duplicate(more));
    copies.push(copy);
    return copy;
  };
  copiesOf.set(redis, copies);
  return redis;
}

/** The connections that BullMQ opened beside one of ours, to wait for jobs. */
const copiesOf = new WeakMap<Redis, readonly Redis[]>();

/** Waits as `whenReady` does for a patient connection and its copies. @throws QueueError of code `unavailable` after that */
export async function whenAllReady(redis: Redis): Promise<void> {
  await Promise.all(withCopies(redis).map(whenReady));
}

/** Ends a patient connection and its copies at once. Without Redis each of them would try again for ever, and keep the process alive. */
export function disconnectAll(redis: Redis): void {
  for (const each of withCopies(redis)) each.disconnect();
}

function withCopies(redis: Redis): readonly Redis[] {
  return [redis, ...(copiesOf.get(redis) ?? [])];
}

const readyWithinMs = 2_000;

const waits = new WeakMap<Redis, Promise<void>>();

/**
 * Waits up to 2 s for a connection that is new or is reconnecting.
 *
 * @throws QueueError of code `unavailable` after that
 */
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
