import type { Schedule } from '@keelson/core';
import { nextRun } from '@keelson/core';

export interface DueInput {
  /** undefined: looked at only when a webhook or a person asks. */
  readonly schedule: Schedule | undefined;
  /** Milliseconds since the epoch; undefined: never looked at. */
  readonly lastCheck: number | undefined;
  /** Whether this is the first look over all workloads. */
  readonly starting: boolean;
  readonly now: number;
}

/** Whether a workload is to be looked at besides its ticks: what was missed while nobody was there is made up for (law 1). */
export function isDue({ schedule, lastCheck, starting, now }: DueInput): boolean {
  if (schedule === undefined) return starting;
  if (schedule.type === 'every') return lastCheck === undefined || now - lastCheck >= schedule.ms;
  // A cron schedule is also the wish not to be updated at other times.
  return lastCheck !== undefined && (nextRun(schedule, lastCheck) ?? Number.POSITIVE_INFINITY) <= now;
}
