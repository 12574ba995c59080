import { nextRun as nextRunOf } from '@keelson/core';
import type { RepeatOptions } from 'bullmq';

/**
 * BullMQ's repeat strategy: when a cron schedule is due next, strictly after `after`; both in milliseconds since the epoch. Undefined: never
 * again, or no cron schedule. Without a time zone in UTC.
 */
export function nextRun(after: number, { pattern, tz }: Pick<RepeatOptions, 'pattern' | 'tz'>): number | undefined {
  if (pattern === undefined) return undefined;
  return nextRunOf({ type: 'cron', pattern, ...(tz !== undefined && { tz }) }, after);
}
