import { sleep } from '@keelson/core/wait';
import type { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { disconnectAll, whenAllReady } from '../redis/connect.ts';
import type { Running } from './running.ts';
import { AbortedRun } from './running.ts';

export interface DrainOptions {
  readonly workers: readonly Worker[];
  readonly queues: readonly Queue[];
  readonly connection: Redis;
  readonly running: Running;
  readonly graceMs: number;
  readonly log: Log;
}

/** After an abort a run has 2 s to end by itself; then its job must be handed over. */
const handOverMs = 4_000;
const closeMs = 3_000;

/**
 * Takes no new jobs, waits, aborts the rest, and closes. No step can hang: an unavailable Redis must not keep a process from ending. Returns
 * whether every step ended in time; if not, jobs may be left to expire in Redis.
 */
export async function drain({ workers, queues, connection, running, graceMs, log }: DrainOptions): Promise<boolean> {
  let clean = true;
  const step = async (what: string, promises: readonly Promise<unknown>[]): Promise<boolean> => {
    const waiting = new AbortController();
    const late = sleep(closeMs, waiting.signal).then(() => undefined);
    const results = await Promise.race([Promise.allSettled(promises), late]);
    // Its timer would keep the process alive after everything has ended.
    waiting.abort();
    const isDone = results?.every(({ status }) => status === 'fulfilled') === true;
    clean &&= isDone;
    if (results === undefined) log.warn({ step: what }, 'a step of the shutdown timed out');
    for (const result of results ?? []) {
      if (result.status === 'fulfilled') continue;
      const err: unknown = result.reason;
      log.warn({ step: what, err }, 'a step of the shutdown failed');
    }
    return isDone;
  };
  running.close();
  await step(
    'stop intake',
    workers.map((worker) => worker.pause(true)),
  );
  await running.idle(graceMs);
  running.abort('all', new AbortedRun('shutdown', 'This process is shutting down.'));
  await running.idle(handOverMs);
  // BullMQ's close never ends where a connection is between two attempts to connect.
  const isReached = await step('reach Redis', [whenAllReady(connection)]);
  const closing = workers.map((worker) => worker.close());
  if (isReached) await step('close workers', closing);
  // These end once their connections are cut, as failures that nobody waits for.
  else void Promise.allSettled(closing);
  await step(
    'close queues',
    queues.map((queue) => queue.close()),
  );
  if (clean) connection.disconnect();
  else disconnectAll(connection);
  return clean;
}
