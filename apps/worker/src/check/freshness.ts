import type { Schedule } from '@keelson/core';

/** A cron tick asks anew unless somebody asked in the same moment. */
const CRON_SHARE_MS = 1_000;

/**
 * How old an observation may be for a tick of this schedule, as the earliest moment it may have been made. Half an interval: workloads
 * that share an image tick together and share one look, and the next interval looks anew.
 */
export function freshness(schedule: Schedule, now: number): number {
  return now - (schedule.type === 'every' ? schedule.ms / 2 : CRON_SHARE_MS);
}
