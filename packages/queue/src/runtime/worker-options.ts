import type { WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { tagged } from '../redis/names.ts';
import { nextRun } from '../schedules/next-run.ts';

/**
 * A killed worker holds its jobs until their locks expire and the next check for stalled jobs: at most 9 s. A killed worker is not the fault
 * of its job, so a job may stall any number of times.
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
    // After Redis was unavailable.
    runRetryDelay: 1_000,
    settings: { repeatStrategy: nextRun },
  } satisfies WorkerOptions;
}
