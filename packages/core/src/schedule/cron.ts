import { Cron } from 'croner';

/**
 * A cron expression as croner runs it: without a time zone in UTC, never in the zone of this machine.
 *
 * @throws Error of croner when it is not a cron expression
 */
export function compileCron(pattern: string, tz: string | undefined): Cron {
  return new Cron(pattern, { mode: '5-or-6-parts', timezone: tz ?? 'UTC', paused: true });
}

/** Whatever fires at all does so in these: on each weekday there is a 29 February. */
const years = '1970-2009';
const start = new Date(0);

/**
 * Whether a cron expression ever fires. It is asked of forty years alone, since croner tries a thousand: that takes a moment for `0 0 30 2 *`, which
 * anybody may write.
 *
 * @throws Error of croner when it is not a cron expression
 */
export function everFires(pattern: string, tz: string | undefined): boolean {
  // croner takes a text with years that it does not take without them.
  compileCron(pattern, tz);
  const seconds = pattern.split(' ').length === 5 ? '0 ' : '';
  const options = { mode: '7-part', timezone: tz ?? 'UTC', paused: true } as const;
  return new Cron(`${seconds}${pattern} ${years}`, options).nextRun(start) !== null;
}
