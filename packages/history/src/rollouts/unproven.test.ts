import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { change, digest, record, rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, workload, written } from '../../test/verdicts.ts';
import type { History } from '../types.ts';

const redis = useHistory();

/** An update that is written and that no pod can run. Returns its id. */
async function unproven(history: History, from = 'good', to = 'new'): Promise<string> {
  const { id } = await written(history, from, to);
  await history.transition(id, { from: ['verifying'], to: 'unproven', code: 'scaled-to-zero', message: 'No pods.' });
  return id;
}

async function opened(): Promise<History> {
  const history = redis.open();
  await history.putWorkload(record(workload));
  return history;
}

const verifyAgain = (history: History, id: string) =>
  history.transition(id, { from: ['unproven'], to: 'verifying', code: 'pods-appeared' });

it('an unproven rollout is not under way, and leaves the last good digest (law 14)', async () => {
  const history = await opened();

  const id = await unproven(history);

  const state = await history.workload(workload);
  expect(state).toMatchObject({
    unproven: id,
    digests: { app: { rolledOut: digest('new'), lastGood: digest('good') } },
  });
  expect(state?.active).toBeUndefined();
  expect(await history.active()).toEqual([]);
  expect(await history.unproven()).toMatchObject([{ id, state: 'unproven' }]);
  expect((await history.rollouts({ state: 'unproven' })).items).toMatchObject([{ id }]);
});

it('an unproven rollout is verified again, and proves its digest', async () => {
  const history = await opened();
  const id = await unproven(history);

  expect(await verifyAgain(history, id)).toMatchObject({ state: 'verifying' });
  expect(await history.workload(workload)).toMatchObject({ active: id });
  expect(await history.unproven()).toEqual([]);
  expect((await history.active()).map((one) => one.id)).toEqual([id]);
  await history.transition(id, { from: ['verifying'], to: 'succeeded', code: 'available' });

  const state = await history.workload(workload);
  expect(state?.unproven).toBeUndefined();
  expect(state?.digests.app).toMatchObject({ lastGood: digest('new'), proven: true });
});

it('the digest of an unproven rollout that fails later is rolled back from', async () => {
  const history = await opened();
  const id = await unproven(history);
  await verifyAgain(history, id);

  await fail(history, id, back('new', 'good'));

  expect(await history.active()).toMatchObject([{ kind: 'rollback', rollbackOf: id }]);
  expect((await history.workload(workload))?.digests.app?.lastGood).toBe(digest('good'));
});

it.each([
  ['another update', rollout('new', 'newer')],
  ['a rollback to another digest', byHand('new', 'good')],
  ['a rollback to the same digest', { ...byHand('new', 'new'), again: true }],
])('%s supersedes an unproven rollout', async (_, wanted) => {
  const history = await opened();
  const id = await unproven(history);

  const begun = await history.begin(wanted);

  expect(begun).toMatchObject({ outcome: 'created', superseded: id });
  expect(await history.rollout(id)).toMatchObject({ state: 'superseded' });
  expect(await history.unproven()).toEqual([]);
  expect((await history.workload(workload))?.unproven).toBeUndefined();
  expect(await verifyAgain(history, id)).toBeUndefined();
});

it('the same digest begins nothing while its rollout is unproven', async () => {
  const history = await opened();
  const id = await unproven(history);

  expect(await history.begin(rollout('good', 'new'))).toMatchObject({ outcome: 'done', rollout: { id } });
  expect(await history.unproven()).toHaveLength(1);
});

it('a digest that no pod has proven does not become the last good one, even where no other is known (law 14)', async () => {
  const history = await opened();
  const begun = created(await history.begin({ ...rollout('x', 'new'), changes: [change(undefined, 'new')] }));
  await history.transition(begun.id, {
    from: ['pending'],
    to: 'verifying',
    code: 'written',
    written: { uid: 'u', template: 't', path: 'image-pin' },
  });
  await history.transition(begun.id, { from: ['verifying'], to: 'unproven', code: 'scaled-to-zero' });

  await history.begin(rollout('new', 'newer'));

  expect((await history.workload(workload))?.digests.app?.lastGood).toBeUndefined();
});

it('an unproven rollout of a workload that is gone ends', async () => {
  const history = await opened();
  const id = await unproven(history);
  await history.removeWorkload(workload);

  await history.transition(id, { from: ['verifying', 'unproven'], to: 'cancelled', code: 'workload-gone' });

  expect(await history.unproven()).toEqual([]);
  expect(await redis.raw.hget(`{keelson}:h:workload:${workload}`, 'unproven')).toBeNull();
});

it('removing old rollouts removes unproven ones too', async () => {
  let now = 1_795_000_000_000;
  const history = redis.open({ now: () => now, retention: { maxAgeMs: 1_000 } });
  await history.putWorkload(record(workload));
  await unproven(history);
  now += 10_000;

  expect(await history.trim(now)).toBe(1);

  expect(await history.unproven()).toEqual([]);
  expect((await history.workload(workload))?.unproven).toBeUndefined();
});

it('a rollout that is scaled to zero and back for ever stays readable', async () => {
  const history = await opened();
  const id = await unproven(history);
  for (let turn = 0; turn < 60; turn += 1) {
    await verifyAgain(history, id);
    await history.transition(id, { from: ['verifying'], to: 'unproven', code: 'scaled-to-zero' });
  }

  const { transitions = [] } = (await history.rollout(id)) ?? {};
  expect(transitions.length).toBeLessThan(100);
  expect(transitions.slice(0, 3).map(({ code }) => code)).toEqual(['new-digest', 'written', 'scaled-to-zero']);
  expect(transitions.at(-1)).toMatchObject({ state: 'unproven' });
});
