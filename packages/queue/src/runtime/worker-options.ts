import type { WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { tagged } from '../redis/names.ts';
import { nextRun } from '../schedules/next-run.ts';

/**
 * A worker that was killed holds its jobs until their locks expire and the next look for stalled ones: at most 9 s. Being killed says
 * nothing against a job, so it may stall as often as it likes.
 */
const lockMs = 6_000;
const stalledMs = 3_000;

export function workerOptions(connection: Redis, prefix: string | undefined, concurrency: number) {
  return {
    connection,
    prefix: tagged(prefix),
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    maxStalledCount: 1_000_000_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    // After Redis was away.
    runRetryDelay: 1_000,
    settings: { repeatStrategy: nextRun },
  } satisfies WorkerOptions;
}
