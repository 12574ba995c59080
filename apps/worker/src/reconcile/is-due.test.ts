import type { Schedule } from '@keelson/core';
import { expect, it } from 'vitest';
import { isDue } from './is-due.ts';

const minute: Schedule = { type: 'every', ms: 60_000 };
const atThree: Schedule = { type: 'cron', pattern: '0 3 * * *' };
const noon = Date.parse('2026-11-22T12:00:00Z');
const hour = 3_600_000;

it.each<[string, Schedule | undefined, number | undefined, boolean, boolean]>([
  ['an interval, never checked', minute, undefined, false, true],
  ['an interval that has passed', minute, noon - 60_000, false, true],
  ['an interval that has not, not even at a start', minute, noon - 59_999, true, false],
  ['cron, never checked: its time comes', atThree, undefined, true, false],
  ['cron whose time passed while no worker ran', atThree, noon - 10 * hour, true, true],
  ['cron that was checked since its time', atThree, noon - 2 * hour, true, false],
  ['no schedule, at a start', undefined, noon, true, true],
  ['no schedule, later', undefined, noon - 10 * hour, false, false],
])('isDue decides whether a workload is checked: %s', (_, schedule, lastCheck, starting, due) => {
  expect(isDue({ schedule, lastCheck, starting, now: noon })).toBe(due);
});
