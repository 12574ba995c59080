import type { RepeatOptions } from 'bullmq';
import { Cron } from 'croner';

/** When a cron schedule is due next after this moment, both in milliseconds since the epoch; undefined: never again. Without a zone in UTC. */
export function nextRun(after: number, { pattern, tz }: Pick<RepeatOptions, 'pattern' | 'tz'>): number | undefined {
  if (pattern === undefined) return undefined;
  const cron = new Cron(pattern, { mode: '5-or-6-parts', timezone: tz ?? 'UTC', paused: true });
  return cron.nextRun(new Date(after))?.getTime();
}
