import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { z } from 'zod';
import type { FunctionDefinition } from '../types.ts';

/** Nothing piles up in Redis: results are in the history, and failures are in the log. */
const leaveNothing = {
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 0,
  keepLogs: 0,
} satisfies JobsOptions;

/** The name of a delayed job, which adds the real job when it is due. */
export const laterName = 'later';

/** Options of a job that runs as soon as it can. While a job of its key runs, BullMQ keeps the newest added one to run after it. */
export function nowOptions<Name extends string, Schema extends z.ZodType>(
  { retry }: FunctionDefinition<Name, Schema>,
  key: string,
) {
  return {
    ...leaveNothing,
    // With an id of our own we see whether this job was created, or BullMQ returned another one of its key.
    jobId: randomUUID(),
    attempts: retry.attempts,
    backoff: { type: 'doubling' },
    deduplication: { id: key, keepLastIfActive: true },
  } satisfies JobsOptions;
}

/**
 * Options of a delayed job. It has a deduplication key of its own: under the key of the jobs that run now, it would hold them up until it is
 * due.
 */
export function laterOptions(key: string, delayMs: number) {
  return {
    ...leaveNothing,
    delay: delayMs,
    deduplication: { id: `${laterName} ${key}`, replace: true, keepLastIfActive: true },
  } satisfies JobsOptions;
}

/** Options of a schedule's ticks. The next tick is the retry. */
export const tickOptions = { ...leaveNothing, attempts: 1 } satisfies JobsOptions;
