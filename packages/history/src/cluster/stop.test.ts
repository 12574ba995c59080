import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, quarantined, written } from '../../test/verdicts.ts';
import type { History } from '../types.ts';
import { waveMinimum, waveSeveral, waveWindowMs } from './wave.ts';

const redis = useHistory();
let now = 1_795_000_000_000;
const open = () => redis.open({ now: () => now });

const idOf = (n: number): string => `ns${n % 3}/deployment/w${n}`;

/** Each namespace has an image of its own. */
const imageOf = (n: number): string => `registry.test/app${n % 3}`;

async function failOne(history: History, n: number): Promise<void> {
  const update = await written(history, 'good', `bad${n} ${now}`, idOf(n));
  await fail(history, update.id, { quarantine: [quarantined(`bad${n} ${now}`, { image: imageOf(n) })] });
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
  expect(await history.stops()).toEqual([]);
  const after = await history.lastEventId();

  await failMany(history, 1, waveMinimum);

  const [stop] = await history.stops();
  expect(stop?.at).toBe(now);
  expect(stop?.message).toMatch(/^5 workloads in 3 namespaces failed .* and 0 succeeded/);
  expect((await history.events(after)).slice(-1)).toMatchObject([
    { type: 'cluster', name: 'stopped', workload: '', message: stop?.message },
  ]);
  expect(await history.begin(rollout('a', 'b', 'other/deployment/one'))).toEqual({ outcome: 'stopped', stop });
});

it('more failures during a stop change nothing and emit one event', async () => {
  const history = open();
  const underWay: string[] = [];
  for (let n = 0; n < waveMinimum + 2; n++) underWay.push((await written(history, 'good', 'bad', idOf(n))).id);
  for (const [n, id] of underWay.entries()) {
    await fail(history, id, { quarantine: [quarantined('bad', { image: imageOf(n) })] });
  }

  expect((await history.stops())[0]?.message).toMatch(/^5 workloads in 3 namespaces failed/);
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
  expect(await history.stops()).toEqual([]);
});

/** One in each namespace. */
const succeeds = async (history: History, n: number) => {
  if (n < 103) await succeedOne(history, n);
};
const staysUnproven = async (history: History, n: number) => {
  const update = await written(history, 'old', `new${n} ${now}`, idOf(n));
  await history.transition(update.id, { from: ['verifying'], to: 'unproven', code: 'scaled-to-zero' });
};

it.each([
  ['more failures than successes in each of three namespaces', succeeds, 2 * waveSeveral],
  ['rollouts that no pod ran', staysUnproven, waveMinimum],
])('%s stops all rollouts', async (_, end, least) => {
  const history = open();
  for (let n = 0; n < 2 * waveMinimum; n++) await end(history, 100 + n);
  await failMany(history, least - 1);
  expect(await history.stops()).toEqual([]);

  await failMany(history, 1, least - 1);

  expect(await history.stops()).toHaveLength(1);
});

it('a failure with a rollback counts towards the stop of all rollouts', async () => {
  const history = open();
  for (let n = 0; n < waveMinimum; n++) {
    const { id } = await written(history, 'good', 'bad', idOf(n));
    const quarantine = [quarantined('bad', { image: imageOf(n) })];
    await fail(history, id, { ...back('bad', 'good'), quarantine });
  }
  expect(await history.stops()).toHaveLength(1);
  expect(await history.active()).toHaveLength(waveMinimum);
});

it('resuming all rollouts clears the failures that led to the stop', async () => {
  const history = open();
  await failMany(history, waveMinimum);
  const [stop] = await history.stops();
  const after = await history.lastEventId();

  expect(await history.resumeStop()).toEqual([stop]);
  expect(await history.resumeStop()).toEqual([]);

  expect(await history.stops()).toEqual([]);
  expect(await history.events(after)).toMatchObject([{ type: 'cluster', name: 'resumed', workload: '' }]);
  await failMany(history, waveMinimum - 1, 50);
  expect(await history.stops()).toEqual([]);
});

it('a stop that does not parse is shown and stops, until somebody resumes', async () => {
  const history = open();
  await redis.raw.hset('{keelson}:h:stop', 'at', 'noon');
  await redis.raw.hset('{keelson}:h:stops', 'ns1', 'noon');
  const unreadable = { at: 0, message: expect.stringContaining('cannot be parsed') };
  expect(await history.stops()).toEqual([unreadable, { namespace: 'ns1', ...unreadable }]);
  expect(await history.begin(rollout('a', 'b'))).toMatchObject({ outcome: 'stopped' });

  await history.resumeStop();

  expect(await history.stops()).toEqual([]);
});

it('resuming returns and ends a stop that an older release stored', async () => {
  const history = open();
  await redis.raw.hset('{keelson}:h:stop', 'sentence', 'Many failed.', 'at', '5');
  const stop = { message: 'Many failed.', at: 5 };

  expect(await history.stops()).toEqual([stop]);
  expect(await history.resumeStop()).toEqual([stop]);
  expect(await history.stops()).toEqual([]);
});
