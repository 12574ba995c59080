import type { Schedule } from '@keelson/core';
import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { workload } from '../testing/values.ts';
import { createPace } from './paced-schedule.ts';

const everySecond: Schedule = { type: 'every', ms: 1_000 };
const many = Array.from({ length: 40 * bounds.namespaceChecksPerSecond }, (_, n) =>
  workload({ name: `app-${n}`, namespace: 'tenant' }),
);
const few = [workload({ name: 'web', namespace: 'victim' })];
const pace = createPace({ workloads: () => [...many, ...few] }, () => Date.parse('2026-01-01T00:00:00Z'));

it.each<[string, Schedule, Schedule]>([
  ['each second', everySecond, { type: 'every', ms: 64_000 }],
  ['each second, by cron', { type: 'cron', pattern: '* * * * * *' }, { type: 'every', ms: 64_000 }],
  ['each two minutes', { type: 'every', ms: 120_000 }, { type: 'every', ms: 120_000 }],
  ['nightly', { type: 'cron', pattern: '0 3 * * *' }, { type: 'cron', pattern: '0 3 * * *' }],
])('a namespace with 2,000 workloads polled %s fills no worker (law 17)', (_when, schedule, expected) => {
  expect(pace(schedule, 'tenant')).toEqual(expected);
});

it('a namespace with few workloads is polled as it says, whatever another one has (law 17)', () => {
  expect(pace(everySecond, 'victim')).toEqual(everySecond);
});
