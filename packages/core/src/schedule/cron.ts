import { Cron } from 'croner';

/**
 * A cron expression as croner runs it: without a time zone in UTC, never in the zone of this machine.
 *
 * @throws Error of croner when it is not a cron expression
 */
export function compileCron(pattern: string, tz: string | undefined): Cron {
  return new Cron(pattern, { mode: '5-or-6-parts', timezone: tz ?? 'UTC', paused: true });
}
