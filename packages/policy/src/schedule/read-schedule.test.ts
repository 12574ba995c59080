import { formatSchedule, nextRun } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchedule } from './read-schedule.ts';

describe('readSchedule', () => {
  it.each([
    ['@every 90s', 'every 1m30s'],
    ['@every 1m', 'every 1m'],
    ['1m30s', 'every 1m30s'],
    ['10m', 'every 10m'],
    ['1.5h', 'every 1h30m'],
    ['1000000000ns', 'every 1s'],
    ['1000000µs', 'every 1s'],
    ['1500ms', 'every 1s'],
    ['48h', 'every 48h'],
    ['@every 1d', 'every 24h'],
    ['1w', 'every 168h'],
    ['@every 1d12h30m', 'every 36h30m'],
    ['.5d', 'every 12h'],
    ['*/60 * * * *', '*/60 * * * * (UTC)'],
    ['  @every  5m \n', 'every 5m'],
    ['0 3 * * *', '0 3 * * * (UTC)'],
    ['*/5 * * * *', '*/5 * * * * (UTC)'],
    ['30 0 3 * * *', '30 0 3 * * * (UTC)'],
    ['0/15 * * * *', '0-59/15 * * * * (UTC)'],
    ['0  3 ? * Mon', '0 3 * * Mon (UTC)'],
    ['@hourly', '0 * * * * (UTC)'],
    ['@daily', '0 0 * * * (UTC)'],
    ['@midnight', '0 0 * * * (UTC)'],
    ['@weekly', '0 0 * * 0 (UTC)'],
    ['@monthly', '0 0 1 * * (UTC)'],
    ['@yearly', '0 0 1 1 * (UTC)'],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', '0 3 * * * (Europe/Berlin)'],
    ['TZ=Asia/Tokyo @daily', '0 0 * * * (Asia/Tokyo)'],
    ['CRON_TZ=Europe/Berlin @every 2m', 'every 2m'],
  ])('readSchedule reads %j as %s', (text, expected) => {
    const { schedule, problem } = readSchedule(text);
    expect(problem).toBeUndefined();
    expect(formatSchedule(schedule)).toBe(expected);
  });

  it.each(['@every 10ms', '@every 0s', '0', '999ms'])(
    '%j is shorter than a second: every second, and a warning',
    (text) => {
      expect(readSchedule(text)).toMatchObject({
        schedule: { type: 'every', ms: 1_000 },
        problem: { code: 'schedule-too-short' },
      });
    },
  );

  it.each([
    ['*/120 * * * *', 'has a step of 120 in a field of 60 values'],
    ['0/90 * * * *', 'has a step of 90 in a field of 60 values'],
    ['0 1,*/36 * * *', 'has a step of 36 in a field of 24 values'],
    ['0 0 */32 * *', 'has a step of 32 in a field of 31 values'],
    ['0 0 1 */13 *', 'has a step of 13 in a field of 12 values'],
    ['*/120 * * * * *', 'has a step of 120 in a field of 60 values'],
    ['TZ=Europe/Berlin */120 * * * *', 'has a step of 120 in a field of 60 values'],
    ['', 'names no schedule'],
    ['-5m', 'is negative'],
    ['@every -1h30m', 'is negative'],
    ['banana', 'is neither'],
    ['((*/15 https://a:b@c/2-4 1,15 * MON\u5CAFFRI', 'is neither'],
    ['@every', ''],
    ['@every Xm', ''],
    ['@every 5', ''],
    ['90', ''],
    ['1m 30s', ''],
    ['@reboot', ''],
    ['60 * * * *', ''],
    ['* * * * * * *', ''],
    ['0 0 30 2 *', ''],
    ['TZ=Nowhere/Town 0 3 * * *', ''],
    ['TZ=Europe/Berlin', ''],
    ['2026-01-01T00:00:00', ''],
    ['@every 99999999h', ''],
    ['9'.repeat(300), ''],
    ['* '.repeat(100_000), ''],
    ['constructor', ''],
    ['0 0 31 2 *', ''],
    ['0 0 32 * *', ''],
    ['0 24 * * *', ''],
    ['*/0 * * * *', ''],
    ['5-1 * * * *', ''],
    ['@every 1y', ''],
    ['@every 1 d', ''],
    ['@every d', ''],
    ['1e3d', ''],
  ])('readSchedule uses every hour for the unreadable %j, with advice', (text, why) => {
    const { schedule, problem } = readSchedule(text);
    expect(schedule).toEqual({ type: 'every', ms: 3_600_000 });
    expect(problem?.message).toContain(why);
    expect(problem?.code).toBe('unreadable-schedule');
    expect(problem?.message).toMatch(/^.{0,120}; every 1h is used; write for example "@every 5m" or "0 3 \* \* \*"$/u);
  });

  it('a schedule that never fires is found out once (law 17)', () => {
    const first = readSchedule('0 0 31 2,4,6,9,11 *');
    expect(first.problem?.code).toBe('unreadable-schedule');
    expect(readSchedule('0 0 31 2,4,6,9,11 *')).toBe(first);
  });

  it('a schedule that fires once in 28 years is one', () => {
    expect(readSchedule('0 0 29 2 +MON').problem).toBeUndefined();
  });

  it('a schedule of five fields starts with minutes, unlike in Keel', () => {
    expect(nextRun(readSchedule('0 3 * * *').schedule, Date.parse('2026-05-05T04:00:00Z'))).toBe(
      Date.parse('2026-05-06T03:00:00Z'),
    );
  });

  it('readSchedule never throws, and always gives a schedule that is due again', () => {
    const almost = fc.stringMatching(
      /^(TZ=[A-Z/a-z]{0,9} )?(@every )?[0-9*?/,a-zL#-]{1,4}( [0-9*?/,A-Za-z-]{1,5}){0,6}$/,
    );
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: 'binary' })), (text) => {
        const { schedule } = readSchedule(text);
        const after = Date.parse('2026-05-05T04:00:00Z');
        expect(nextRun(schedule, after)).toBeGreaterThan(after);
      }),
    );
  });
});
