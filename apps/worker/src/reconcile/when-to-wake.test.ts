import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { rollout } from '../testing/rollouts.ts';
import { workload } from '../testing/values.ts';
import { isDueToWake } from './when-to-wake.ts';

const soak = { since: 100_000, lastReady: 0, newestPod: 0 };
const soakMs = 60_000;

it.each<[string, Partial<Rollout>, Partial<Workload>, { now: number; wokenAt: number }, boolean]>([
  ['a rollout that is to be written', { state: 'pending' }, {}, { now: 101_000, wokenAt: 100_000 }, true],
  ['one that is being verified', {}, {}, { now: 101_000, wokenAt: 100_000 }, true],
  ['a rollout in the middle of its soak', { soak }, {}, { now: 101_000, wokenAt: 100_000 }, false],
  ['a rollout in its soak that was not woken for a while', { soak }, {}, { now: 116_000, wokenAt: 100_000 }, true],
  ['a rollout at the end of its soak', { soak }, {}, { now: 160_000, wokenAt: 159_000 }, true],
  [
    'one whose workload names a shorter soak',
    { soak },
    { annotations: { ...followed, 'keelson.sh/soak': '1s' } },
    { now: 101_000, wokenAt: 100_500 },
    true,
  ],
  ['a CronJob that waits for its next run', {}, { kind: 'CronJob' }, { now: 101_000, wokenAt: 100_000 }, false],
])('isDueToWake decides whether to wake %s', (_, over, subject, times, due) => {
  const view = { workload: () => workload(subject) };

  expect(isDueToWake(view, rollout(over), { ...times, soakMs })).toBe(due);
});
