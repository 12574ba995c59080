import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import { back, fail, paused, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const flux = 'kustomize-controller';

let now = 1_795_000_000_000;
const atOnce = () => 0;
const pause = (times: number) => times * 1_000;

async function ready() {
  const history = redis.open({ now: () => now });
  await history.putWorkload(record(workload));
  return history;
}

it('noteReverted counts by time, whoever reverts (law 9)', async () => {
  const history = await ready();

  expect(await history.noteReverted(workload, flux, atOnce)).toMatchObject({ times: 1 });
  expect(await history.noteReverted(workload, 'kubectl', pause)).toEqual({
    manager: 'kubectl',
    times: 2,
    at: now,
    recent: [now, now],
    restoreAt: now + 2_000,
  });
  now += 61 * 60_000;
  expect(await history.noteReverted(workload, flux, pause)).toMatchObject({ times: 1, restoreAt: now + 1_000 });
  expect((await history.workload(workload))?.reverted).toMatchObject({ manager: flux, recent: [now] });
});

it('noteReverted counts on from a note of an earlier build', async () => {
  const history = await ready();
  const note = JSON.stringify({ manager: flux, times: 1, at: now });
  await redis.raw.hset(`{keelson}:h:workload:${workload}`, 'reverted', note);

  expect((await history.workload(workload))?.reverted).toEqual({ manager: flux, times: 1, at: now });
  expect(await history.noteReverted(workload, flux, atOnce)).toMatchObject({ times: 2, recent: [now, now] });
});

it('noteReverted counts every one of many calls at the same time', async () => {
  const history = await ready();
  const notes = await Promise.all(Array.from({ length: 10 }, () => history.noteReverted(workload, flux, atOnce)));
  expect(notes.map(({ times }) => times).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('a new rollout clears the reverted note', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux, atOnce);

  await history.begin(rollout('a', 'b'));

  expect((await history.workload(workload))?.reverted).toBeUndefined();
});

it('a rollout that restores pins keeps the count, and is due no more', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux, pause);

  await history.begin({ ...rollout('a', 'b'), trigger: 'guard', again: true });

  expect((await history.workload(workload))?.reverted).toEqual({ manager: flux, times: 1, at: now, recent: [now] });
  expect(await history.noteReverted(workload, flux, atOnce)).toMatchObject({ times: 2 });
});

it('a newer push ends a hold that says who reverts, and no other hold (law 9)', async () => {
  const history = await ready();
  const hold = { ...paused, code: 'reverted' } as const;
  await history.hold(workload, hold);
  const after = await history.lastEventId();

  expect(await history.begin({ ...rollout('a', 'b'), kind: 'rollback', trigger: 'guard' })).toMatchObject({
    outcome: 'created',
  });
  expect((await history.workload(workload))?.hold, 'restoring its pin does not end it').toEqual(hold);
  expect(await history.begin(rollout('a', 'c'))).toMatchObject({ outcome: 'created' });
  expect((await history.workload(workload))?.hold).toBeUndefined();
  expect((await history.events(after)).filter(({ type }) => type === 'hold')).toMatchObject([{ name: 'resumed' }]);

  await history.hold(workload, paused);
  expect(await history.begin(rollout('c', 'd'))).toMatchObject({ outcome: 'on-hold' });
});

it('an automatic rollback clears the reverted note', async () => {
  const history = await ready();
  const update = await written(history, 'good', 'bad');
  await history.noteReverted(workload, flux, atOnce);

  await fail(history, update.id, back('bad', 'good'));

  expect((await history.workload(workload))?.reverted).toBeUndefined();
});

it('resuming clears the reverted note, with or without a hold', async () => {
  const history = await ready();
  await history.noteReverted(workload, flux, atOnce);
  expect(await history.resume(workload)).toBeUndefined();
  expect((await history.workload(workload))?.reverted).toBeUndefined();

  await history.noteReverted(workload, flux, atOnce);
  await history.hold(workload, { ...paused, code: 'reverted' });
  expect(await history.resume(workload)).toMatchObject({ code: 'reverted' });
  expect((await history.workload(workload))?.reverted).toBeUndefined();
});
