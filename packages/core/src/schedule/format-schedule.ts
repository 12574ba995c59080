import { formatDuration } from './duration.ts';
import type { Schedule } from './types.ts';

/** A schedule for people: `every 1m`, `0 3 * * * (Europe/Berlin)`, `0 3 * * * (UTC)`. */
export function formatSchedule(schedule: Schedule): string {
  if (schedule.type === 'every') return `every ${formatDuration(schedule.ms)}`;
  return `${schedule.pattern} (${schedule.tz ?? 'UTC'})`;
}
