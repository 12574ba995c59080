import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import { byHand, created, paused, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();

async function ready() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  return history;
}

it('hold and resume change the workload and emit an event each', async () => {
  const history = await ready();
  const after = await history.lastEventId();

  await history.hold(workload, paused);
  const off = { ...paused, code: 'off', message: 'Keelson is off here.' } as const;
  await history.hold(workload, off);
  expect((await history.workload(workload))?.hold).toEqual(off);

  expect(await history.resume(workload)).toEqual(off);
  expect(await history.resume(workload)).toBeUndefined();
  expect((await history.workload(workload))?.hold).toBeUndefined();
  expect((await history.events(after)).map(({ type, name, message }) => [type, name, message])).toEqual([
    ['hold', 'paused', paused.message],
    ['hold', 'off', off.message],
    ['hold', 'resumed', undefined],
  ]);
});

it('a hold cancels an update that is not written yet in the same step', async () => {
  const history = await ready();
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));

  await history.hold(workload, paused);

  expect(await history.rollout(begun.id)).toMatchObject({
    state: 'cancelled',
    transitions: [{ state: 'pending' }, { state: 'cancelled', code: 'on-hold', message: paused.message }],
  });
  expect(await history.active()).toEqual([]);
  expect(await history.workload(workload)).toMatchObject({ hold: paused });
});

it('a hold does not stop a written update or a rollback', async () => {
  const history = await ready();
  const update = await written(history, 'a', 'b');
  await history.hold(workload, paused);
  expect(await history.active()).toEqual([update]);

  const rollback = created(await history.begin(byHand('b', 'a')));
  await history.hold(workload, paused);
  expect(await history.active()).toEqual([rollback]);
});

it('a hold of a workload without a record expires', async () => {
  const history = redis.open();
  await history.hold(workload, paused);
  expect(await history.workload(workload)).toBeUndefined();
  expect(await redis.raw.ttl(`{keelson}:h:workload:${workload}`)).toBeGreaterThan(0);

  await history.putWorkload(record(workload));

  expect((await history.workload(workload))?.hold).toEqual(paused);
  expect(await redis.raw.ttl(`{keelson}:h:workload:${workload}`)).toBe(-1);
});

it('history refuses a hold that could not be read again', async () => {
  const history = await ready();
  await expect(history.hold(workload, { ...paused, at: Number.NaN })).rejects.toMatchObject({ code: 'invalid' });
});
