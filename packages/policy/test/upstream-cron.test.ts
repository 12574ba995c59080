import { nextRun } from '@keelson/core';
import { readSchedule } from '@keelson/policy';
import { describe, expect, it } from 'vitest';
import upstream from './upstream.json' with { type: 'json' };

/** Rows of robfig/cron whose outcome is not ours, on purpose. Every row that is not listed must agree. */
const skippedHour = 'a time that the clock skips in spring runs when the hour is over, not a day or a year later';
const repeatedHour = 'a fixed time that the clock repeats in autumn runs once';
const never = 'a pattern that never fires is a warning, and the default counts';
const differences = [
  {
    row: 'TZ=America/New_York 0 30 2 11 Mar ? after 2012-03-11T05:00:00Z',
    ours: '2012-03-11T07:00:00Z',
    why: skippedHour,
  },
  {
    row: 'TZ=America/New_York 0 0 2 * * ? after 2012-03-11T05:00:00Z',
    ours: '2012-03-11T07:00:00Z',
    why: skippedHour,
  },
  {
    row: 'TZ=America/New_York 0 30 1 04 Nov ? after 2012-11-04T05:45:00Z',
    ours: '2013-11-04T06:30:00Z',
    why: repeatedHour,
  },
  {
    row: 'TZ=America/New_York 0 0 1 * * ? after 2012-11-04T05:00:00Z',
    ours: '2012-11-05T06:00:00Z',
    why: repeatedHour,
  },
  { row: '0 0 0 30 Feb ? after 2012-07-09T23:35:00Z', ours: 'unreadable-schedule', why: never },
  { row: '0 0 0 31 Apr ? after 2012-07-09T23:35:00Z', ours: 'unreadable-schedule', why: never },
];

function nextOf(spec: string, after: string): string | undefined {
  const { schedule, problem } = readSchedule(spec);
  if (problem) return problem.code;
  const next = nextRun(schedule, Date.parse(after));
  return next === undefined ? undefined : new Date(next).toISOString().replace('.000Z', 'Z');
}

describe('robfig/cron', () => {
  it.each(upstream.next.cases)('nextRun agrees with robfig/cron on $spec after $after', ({ spec, after, next }) => {
    const different = differences.find(({ row }) => row === `${spec} after ${after}`);
    expect({ next: nextOf(spec, after), agrees: nextOf(spec, after) === next }).toEqual({
      next: different?.ours ?? next,
      agrees: !different,
    });
  });

  it('the list of differences from robfig/cron names only existing rows', () => {
    const rows = upstream.next.cases.map(({ spec, after }) => `${spec} after ${after}`);
    expect(rows).toEqual(expect.arrayContaining(differences.map(({ row }) => row)));
  });

  it.each(upstream.activation.cases)(
    'nextRun agrees with robfig/cron that $spec fires at $at: $fires',
    ({ spec, at, fires }) => {
      const moment = Date.parse(at);
      const { schedule, problem } = readSchedule(spec);
      expect(problem).toBeUndefined();
      expect(nextRun(schedule, moment - 1_000) === moment).toBe(fires);
    },
  );

  it.each(upstream.errors.cases)('readSchedule refuses "$spec" as robfig/cron does', ({ spec }) => {
    expect(readSchedule(spec)).toMatchObject({
      schedule: { type: 'every', ms: 3_600_000 },
      problem: { code: 'unreadable-schedule' },
    });
  });

  it.each(upstream.every.cases)('readSchedule reads @every $delay as robfig/cron does', ({ delay, ms }) => {
    const { schedule } = readSchedule(`@every ${delay}`);
    expect(schedule).toEqual({ type: 'every', ms });
    expect(nextRun(schedule, 1_000)).toBe(1_000 + ms);
  });
});
