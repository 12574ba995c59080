import type { JobSchedulerJson, RepeatOptions } from 'bullmq';
import { z } from 'zod';
import { isQueueError, QueueError } from '../errors.ts';
import type { WantedSchedule } from '../types.ts';
import { nextRun } from './next-run.ts';

export type Repeat = Pick<RepeatOptions, 'every' | 'offset' | 'pattern' | 'tz'>;

const shape = z.object({ ms: z.int().min(1), offsetMs: z.number().min(0) });

/**
 * The schedule in BullMQ's form. An offset of 0 means "now, and from then on" to BullMQ, so 0 becomes the end of the interval.
 *
 * @throws QueueError of code `invalid` for a schedule that is never due
 */
export function toRepeat({ schedule, offsetMs }: WantedSchedule): Repeat {
  if (schedule.type === 'every') {
    const parsed = shape.safeParse({ ms: schedule.ms, offsetMs });
    if (!parsed.success)
      throw new QueueError('An interval is a whole number of milliseconds above 0.', { code: 'invalid' });
    return { every: schedule.ms, offset: Math.trunc(offsetMs) % schedule.ms || schedule.ms };
  }
  const repeat = { pattern: schedule.pattern, ...(schedule.tz !== undefined && { tz: schedule.tz }) };
  if (isDue(repeat)) return repeat;
  throw new QueueError(`The schedule "${schedule.pattern}" is never due.`, { code: 'invalid' });
}

/** The schedule as it was put. Undefined for a scheduler that Keelson did not write. */
export function fromScheduler({ every, offset, pattern, tz }: JobSchedulerJson): WantedSchedule | undefined {
  if (every !== undefined) return { schedule: { type: 'every', ms: every }, offsetMs: offset ?? 0 };
  if (pattern === undefined) return undefined;
  return { schedule: { type: 'cron', pattern, ...(tz !== undefined && { tz }) }, offsetMs: 0 };
}

/** The same; undefined for what `toRepeat` does not take. */
export function repeatOf(wanted: WantedSchedule): Repeat | undefined {
  try {
    return toRepeat(wanted);
  } catch (error) {
    if (isQueueError(error)) return undefined;
    throw error;
  }
}

export function isSame(one: Repeat, other: Repeat | undefined): boolean {
  return (
    one.every === other?.every && one.offset === other?.offset && one.pattern === other?.pattern && one.tz === other?.tz
  );
}

function isDue(repeat: Repeat): boolean {
  try {
    return nextRun(Date.now(), repeat) !== undefined;
  } catch (error) {
    throw new QueueError(`The schedule "${repeat.pattern}" cannot be read.`, { code: 'invalid', cause: error });
  }
}
