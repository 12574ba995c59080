import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { force, lineOf, workload } from '../../test/support/manifests.ts';

const keel = { readers: ['keel'] } as const;

it.each([
  [
    'a schedule under a key that Keel does not have',
    { annotations: [...force, 'keel.sh/poll-schedule: "@every 5m"'] },
    'poll-schedule',
  ],
  ['five fields of cron', { annotations: [...force, 'keel.sh/pollSchedule: "*/5 * * * *"'] }, 'pollSchedule'],
  ['an empty schedule', { annotations: [...force, 'keel.sh/pollSchedule: ""'] }, 'pollSchedule'],
  [
    'a match-tag apart from its policy',
    { annotations: [force[0] ?? ''], labels: ['keel.sh/match-tag: "true"'] },
    'match-tag',
  ],
  [
    'a policy apart from its match-tag',
    { annotations: ['keel.sh/match-tag: "true"'], labels: ['keel.sh/policy: force'] },
    'match-tag',
  ],
  ['init containers enabled by a label', { labels: ['keel.sh/initContainers: "true"'] }, 'initContainers'],
])('lint reports that Keel differs for %s', async (_, options, key) => {
  const manifest = workload(options);

  expect(await found(['keel-differs'], { 'a.yaml': manifest }, keel)).toEqual([
    `warning keel-differs a.yaml:${lineOf(manifest, key)}`,
  ]);
});

it.each([
  ['a schedule that both read', { annotations: [...force, 'keel.sh/pollSchedule: "@every 5m"'] }],
  ['six fields of cron', { annotations: [...force, 'keel.sh/pollSchedule: "0 */5 * * * *"'] }],
  [
    'both spellings of the schedule',
    { annotations: [...force, 'keel.sh/pollSchedule: "@every 5m"', 'keel.sh/poll-schedule: "@every 5m"'] },
  ],
  ['a workload that is not followed', { annotations: ['keel.sh/policy: never', 'keel.sh/poll-schedule: "@every 5m"'] }],
])('lint reports no difference to Keel for %s', async (_, options) => {
  expect(await found(['keel-differs'], { 'a.yaml': workload(options) }, keel)).toEqual([]);
});
