import type { Schedule } from '@keelson/core';

/** A cron tick sends a new request unless another one was sent in the same second. */
const cronShareMs = 1_000;

/**
 * The earliest time at which an observation may have been made to serve a tick of this schedule, in milliseconds since the epoch. Half an
 * interval ago: workloads that share an image tick together and share one request, and the next interval sends a new one.
 */
export function freshness(schedule: Schedule, now: number): number {
  return now - (schedule.type === 'every' ? schedule.ms / 2 : cronShareMs);
}
