import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import { back, fail, paused, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const flux = 'kustomize-controller';

async function ready() {
  const history = redis.open({ now: () => 1_795_000_000_000 });
  await history.putWorkload(record(workload));
  return history;
}

it('noteReverted counts by field manager', async () => {
  const history = await ready();

  expect(await history.noteReverted(workload, flux)).toBe(1);
  expect(await history.noteReverted(workload, flux)).toBe(2);
  expect((await history.workload(workload))?.reverted).toEqual({ manager: flux, times: 2, at: 1_795_000_000_000 });
  expect(await history.noteReverted(workload, 'kubectl')).toBe(1);
});

it('noteReverted counts every one of many calls at the same time', async () => {
  const history = await ready();
  const counts = await Promise.all(Array.from({ length: 10 }, () => history.noteReverted(workload, flux)));
  expect(counts.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('a new rollout clears the reverted note', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux);

  await history.begin(rollout('a', 'b'));

  expect((await history.workload(workload))?.reverted).toBeUndefined();
});

it('a rollout that restores pins keeps the reverted note', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux);

  await history.begin({ ...rollout('a', 'b'), trigger: 'guard', again: true });

  expect(await history.noteReverted(workload, flux)).toBe(2);
});

it('an automatic rollback clears the reverted note', async () => {
  const history = await ready();
  const update = await written(history, 'good', 'bad');
  await history.noteReverted(workload, flux);

  await fail(history, update.id, back('bad', 'good'));

  expect((await history.workload(workload))?.reverted).toBeUndefined();
});

it('resuming clears the reverted note, with or without a hold', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux);
  expect(await history.resume(workload)).toBeUndefined();
  expect((await history.workload(workload))?.reverted).toBeUndefined();

  await history.noteReverted(workload, flux);
  await history.hold(workload, { ...paused, code: 'reverted' });
  expect(await history.resume(workload)).toMatchObject({ code: 'reverted' });
  expect((await history.workload(workload))?.reverted).toBeUndefined();
});
