import { configuringKeys, nextRun } from '@keelson/core';
import { readIntent } from '@keelson/policy';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';
import { inputsOf } from './target.ts';

const now = 1_795_162_530_250;
const schedules = [
  ...(['@every 5m', '0 3 * * *', '*/15 2-4 1,15 * MON-FRI', '@hourly', '1d12h', '0 0 29 2 *'] as const),
  ...(['CRON_TZ=Europe/Berlin 0 30 3 * * 1#2', 'TZ=UTC 0 0 L * *', '0 0 31 2 *'] as const),
] as const;
const values = [
  ...([
    'force',
    'never',
    'major',
    'minor',
    'patch',
    'all',
    'glob:v*',
    'regexp:^v.*$',
    'true',
    'poll',
    'approval',
  ] as const),
  ...(['web, app', '^web-.*$', 'regcred', '10m', '90s', '5', 'off', 'on', 'default'] as const),
  ...schedules,
] as const;

function map(random: Random, keys: readonly string[]): Record<string, string> {
  const [first = 'keelson.sh/policy', ...others] = keys;
  const entries = Array.from({ length: random.below(12) }, (): [string, string] => {
    const key = random.pick([first, ...others]);
    const value = random.pick<string>(values);
    return [random.oneIn(8) ? mutate(random, key) : key, random.oneIn(3) ? value : mutate(random, value)];
  });
  return Object.fromEntries(entries);
}

/** What the annotations and labels of a workload request, and when its schedule runs next. */
export const ofIntent: readonly Target[] = [
  inputsOf('readIntent', (random) => {
    const annotations = map(random, configuringKeys);
    const labels = map(random, configuringKeys);
    return () => readIntent({ annotations, labels });
  }),
  inputsOf(
    'schedules',
    (random) => {
      const schedule = mutate(random, random.pick<string>(schedules));
      const annotations = {
        'keelson.sh/policy': 'force',
        'keelson.sh/trigger': 'poll',
        'keelson.sh/poll-schedule': schedule,
      };
      return () => nextRun(readIntent({ annotations, labels: {} }).schedule, now);
    },
    5,
  ),
];
