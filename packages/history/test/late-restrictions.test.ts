import { expect, it } from 'vitest';
import type { History } from '../src/index.ts';
import { holdScripts } from './held.ts';
import { useHistory } from './opened.ts';
import { record, rollout } from './samples.ts';
import { back, fail, paused, quarantined, workload, written } from './verdicts.ts';

const redis = useHistory();
const stop = { message: 'Everything fails.', at: 1_795_000_000_000 };

it.each([
  ['quarantined', (history) => history.restore(workload, { quarantine: [quarantined('b')], digests: {} })],
  ['on-hold', (history) => history.hold(workload, paused)],
  ['stopped', () => redis.raw.hset('{keelson}:h:stop', stop)],
] satisfies [string, (history: History) => Promise<unknown>][])(
  'a late worker begins no rollout that is %s in the meantime (law 4)',
  async (outcome, restrict) => {
    const history = redis.open();
    await history.putWorkload(record(workload));
    await using held = await holdScripts(redis.server.url);
    const late = redis.open({ redis: held.url });
    const beginning = late.begin(rollout('a', 'b'));
    await held.waiting;
    await restrict(history);
    held.letThrough();

    expect((await beginning).outcome).toBe(outcome);
    expect(await history.active()).toEqual([]);
  },
);

it('a late failure rolls nothing back when a newer rollout began', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await using held = await holdScripts(redis.server.url);
  const late = redis.open({ redis: held.url });
  const failing = fail(late, update.id, { quarantine: [quarantined('bad')], hold: paused });
  await held.waiting;
  await history.begin(rollout('bad', 'newer'));
  held.letThrough();

  expect(await failing).toBeUndefined();
  expect(await history.active()).toMatchObject([{ kind: 'update', state: 'pending' }]);
  expect(await history.workload(workload)).toMatchObject({ quarantine: [] });
});

it('a late failure rolls nothing back in a removed workload', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await using held = await holdScripts(redis.server.url);
  const late = redis.open({ redis: held.url });
  const failing = fail(late, update.id, back('bad', 'good'));
  await held.waiting;
  await history.removeWorkload(workload);
  held.letThrough();

  expect(await failing).toMatchObject({ state: 'failed' });
  expect(await history.active()).toEqual([]);
});

it('a late failure keeps the hold of a user', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await using held = await holdScripts(redis.server.url);
  const late = redis.open({ redis: held.url });
  const failing = fail(late, update.id, { hold: { ...paused, code: 'no-last-good' } });
  await held.waiting;
  await history.hold(workload, paused);
  held.letThrough();

  expect(await failing).toMatchObject({ state: 'failed' });
  expect(await history.workload(workload)).toMatchObject({ hold: paused });
});

it('a late hold does not cancel a written update', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const begun = await history.begin(rollout('a', 'b'));
  if (begun.outcome !== 'created') throw new Error('Nothing began.');
  await using held = await holdScripts(redis.server.url);
  const late = redis.open({ redis: held.url });
  const holding = late.hold(workload, paused);
  await held.waiting;
  await history.transition(begun.rollout.id, { from: ['pending'], to: 'verifying', code: 'written' });
  held.letThrough();
  await holding;

  expect(await history.workload(workload)).toMatchObject({ hold: paused, active: begun.rollout.id });
  expect(await history.rollout(begun.rollout.id)).toMatchObject({ state: 'verifying' });
});
