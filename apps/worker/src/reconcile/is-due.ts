import type { Schedule } from '@keelson/core';
import { nextRun } from '@keelson/core';

export interface DueInput {
  /** undefined: checked only when a webhook is received or a user requests it. */
  readonly schedule: Schedule | undefined;
  /** Milliseconds since the epoch; undefined: never checked. */
  readonly lastCheck: number | undefined;
  /** True while Keelson reconciles all workloads for the first time. */
  readonly starting: boolean;
  readonly now: number;
}

/** Whether a workload is to be checked besides its ticks, since checks were missed while no worker ran (law 1). */
export function isDue({ schedule, lastCheck, starting, now }: DueInput): boolean {
  if (schedule === undefined) return starting;
  if (schedule.type === 'every') return lastCheck === undefined || now - lastCheck >= schedule.ms;
  // A cron schedule also means: no updates at other times.
  return lastCheck !== undefined && (nextRun(schedule, lastCheck) ?? Number.POSITIVE_INFINITY) <= now;
}
