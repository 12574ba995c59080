import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { z } from 'zod';
import type { FunctionDefinition } from '../types.ts';

/** Nothing piles up in Redis: what became of the work is in the history, and failures are in the log. */
const leaveNothing = {
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 0,
  keepLogs: 0,
} satisfies JobsOptions;

/** Of a job that asks for another one when it is due. */
export const laterName = 'later';

/** One that runs as soon as it can; while one of its key runs, BullMQ keeps the last of those added for after it. */
export function nowOptions<Name extends string, Schema extends z.ZodType>(
  { retry }: FunctionDefinition<Name, Schema>,
  key: string,
) {
  return {
    ...leaveNothing,
    // An id of our own tells whether this job was made or another one with its key stands for it.
    jobId: randomUUID(),
    attempts: retry.attempts,
    backoff: { type: 'doubling' },
    deduplication: { id: key, keepLastIfActive: true },
  } satisfies JobsOptions;
}

/**
 * One that is due later is a job of its own, under a key of its own: under the key of those that run now it would keep them waiting
 * until it is due.
 */
export function laterOptions(key: string, delayMs: number) {
  return {
    ...leaveNothing,
    delay: delayMs,
    deduplication: { id: `${laterName} ${key}`, replace: true, keepLastIfActive: true },
  } satisfies JobsOptions;
}

/** Of a schedule's ticks: the next tick is the retry. */
export const tickOptions = { ...leaveNothing, attempts: 1 } satisfies JobsOptions;
