import { compileCron } from './cron.ts';
import type { Schedule } from './types.ts';

/** When the schedule is due next, strictly after `after`; both in milliseconds since the epoch. Undefined: never again. */
export function nextRun(schedule: Schedule, after: number): number | undefined {
  if (schedule.type === 'every') return after + schedule.ms;
  return compileCron(schedule.pattern, schedule.tz).nextRun(new Date(after))?.getTime();
}
