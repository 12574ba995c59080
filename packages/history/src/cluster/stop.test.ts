import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, quarantined, written } from '../../test/verdicts.ts';
import type { History } from '../types.ts';
import { waveMinimum, waveWindowMs } from './wave.ts';

const redis = useHistory();
let now = 1_795_000_000_000;
const open = () => redis.open({ now: () => now });

const idOf = (n: number): string => `ns${n % 3}/deployment/w${n}`;

async function failOne(history: History, n: number): Promise<void> {
  const update = await written(history, 'good', `bad${n} ${now}`, idOf(n));
  await fail(history, update.id, { quarantine: [quarantined(`bad${n} ${now}`)] });
}

async function succeedOne(history: History, n: number): Promise<void> {
  const update = await written(history, 'old', `new${n} ${now}`, idOf(n));
  await history.transition(update.id, { from: ['verifying'], to: 'succeeded', code: 'verified' });
}

async function failMany(history: History, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n++) await failOne(history, n);
}

it('the last failure of a wave stops all new rollouts in the same step', async () => {
  const history = open();
  await failMany(history, waveMinimum - 1);
  expect(await history.clusterStop()).toBeUndefined();
  const after = await history.lastEventId();

  await failMany(history, 1, waveMinimum);

  const stop = await history.clusterStop();
  expect(stop?.at).toBe(now);
  expect(stop?.message).toMatch(/^5 workloads failed .* and 0 succeeded/);
  expect((await history.events(after)).slice(-1)).toMatchObject([
    { type: 'cluster', name: 'stopped', workload: '', message: stop?.message },
  ]);
  expect(await history.begin(rollout('a', 'b', 'other/deployment/one'))).toEqual({ outcome: 'stopped', stop });
});

it('more failures during a stop change nothing and emit one event', async () => {
  const history = open();
  const underWay: string[] = [];
  for (let n = 0; n < waveMinimum + 2; n++) underWay.push((await written(history, 'good', 'bad', idOf(n))).id);
  for (const id of underWay) await fail(history, id, { quarantine: [quarantined('bad')] });

  expect((await history.clusterStop())?.message).toMatch(/^5 workloads failed/);
  expect((await history.events('0-0')).filter(({ type }) => type === 'cluster')).toHaveLength(1);
});

it.each([
  [
    'one workload that fails again and again',
    async (history: History) => {
      for (let turn = 0; turn < 2 * waveMinimum; turn++, now++) await failOne(history, 1);
    },
  ],
  [
    'failures that are not blamed on the image',
    async (history: History) => {
      for (let n = 0; n < 2 * waveMinimum; n++) await fail(history, (await written(history, 'a', 'b', idOf(n))).id);
    },
  ],
  [
    'failures of rollbacks',
    async (history: History) => {
      for (let n = 0; n < 2 * waveMinimum; n++) {
        const begun = created(await history.begin({ ...byHand('a', 'b'), workload: idOf(n) }));
        await fail(history, begun.id, { quarantine: [quarantined('b')] });
      }
    },
  ],
  [
    'failures that are far apart',
    async (history: History) => {
      for (let n = 0; n < 2 * waveMinimum; n++, now += waveWindowMs / (waveMinimum - 1) + 1) await failOne(history, n);
    },
  ],
  [
    'as many successes',
    async (history: History) => {
      for (let n = 0; n < 2 * waveMinimum; n++) await succeedOne(history, 100 + n);
      await failMany(history, 2 * waveMinimum);
    },
  ],
])('%s does not stop all rollouts', async (_, happen) => {
  const history = open();
  await happen(history);
  expect(await history.clusterStop()).toBeUndefined();
});

const succeeds = (history: History, n: number) => succeedOne(history, n);
const staysUnproven = async (history: History, n: number) => {
  const update = await written(history, 'old', `new${n} ${now}`, idOf(n));
  await history.transition(update.id, { from: ['verifying'], to: 'unproven', code: 'scaled-to-zero' });
};

it.each([
  ['one more failure than successes', succeeds, 2 * waveMinimum + 1],
  ['rollouts that no pod ran', staysUnproven, waveMinimum],
])('%s stops all rollouts', async (_, end, least) => {
  const history = open();
  for (let n = 0; n < 2 * waveMinimum; n++) await end(history, 100 + n);
  await failMany(history, least - 1);
  expect(await history.clusterStop()).toBeUndefined();

  await failMany(history, 1, least);

  expect(await history.clusterStop()).toBeDefined();
});

it('a failure with a rollback counts towards the stop of all rollouts', async () => {
  const history = open();
  for (let n = 0; n < waveMinimum; n++) {
    await fail(history, (await written(history, 'good', 'bad', idOf(n))).id, back('bad', 'good'));
  }
  expect(await history.clusterStop()).toBeDefined();
  expect(await history.active()).toHaveLength(waveMinimum);
});

it('resuming all rollouts clears the failures that led to the stop', async () => {
  const history = open();
  await failMany(history, waveMinimum);
  const stop = await history.clusterStop();
  const after = await history.lastEventId();

  expect(await history.resumeCluster()).toEqual(stop);
  expect(await history.resumeCluster()).toBeUndefined();

  expect(await history.clusterStop()).toBeUndefined();
  expect(await history.events(after)).toMatchObject([{ type: 'cluster', name: 'resumed', workload: '' }]);
  await failMany(history, waveMinimum - 1, 50);
  expect(await history.clusterStop()).toBeUndefined();
});

it('resuming ends a stop that does not parse', async () => {
  const history = open();
  await redis.raw.hset('{keelson}:h:stop', 'at', 'noon');
  await expect(history.clusterStop()).rejects.toMatchObject({ code: 'corrupt' });

  await history.resumeCluster();

  expect(await history.clusterStop()).toBeUndefined();
});

it('resuming returns and ends a stop that an older release stored', async () => {
  const history = open();
  await redis.raw.hset('{keelson}:h:stop', 'sentence', 'Many failed.', 'at', '5');
  const stop = { message: 'Many failed.', at: 5 };

  expect(await history.clusterStop()).toEqual(stop);
  expect(await history.resumeCluster()).toEqual(stop);
  expect(await history.clusterStop()).toBeUndefined();
});
