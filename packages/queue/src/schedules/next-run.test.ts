import { expect, it } from 'vitest';
import { nextRun } from './next-run.ts';

it.each([
  ['0 3 * * *', undefined, '2026-11-22T02:59:59Z', '2026-11-22T03:00:00.000Z'],
  ['0 3 * * *', undefined, '2026-11-22T03:00:00Z', '2026-11-23T03:00:00.000Z'],
  ['0 3 * * *', 'Europe/Berlin', '2026-11-22T00:00:00Z', '2026-11-22T02:00:00.000Z'],
  ['0 3 * * *', 'America/New_York', '2026-07-01T00:00:00Z', '2026-07-01T07:00:00.000Z'],
  ['*/10 * * * * *', undefined, '2026-11-22T00:00:01Z', '2026-11-22T00:00:10.000Z'],
])('the cron schedule %s in %s runs after %s at %s', (pattern, tz, after, expected) => {
  const next = nextRun(Date.parse(after), { pattern, ...(tz && { tz }) });
  expect(new Date(next ?? 0).toISOString()).toBe(expected);
});
