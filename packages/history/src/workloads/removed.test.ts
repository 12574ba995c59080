import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { change, digest, image, record, rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, paused, quarantined, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const ttl = () => redis.raw.ttl(`{keelson}:h:workload:${workload}`);

async function failed() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await fail(history, update.id, { quarantine: [quarantined('bad')], hold: paused });
  await history.putCheck(workload, { at: 1, code: 'x', message: 'y', observed: [] });
  await history.noteReverted(workload, 'kubectl', () => 0);
  return history;
}

it('a recreated workload keeps its quarantine (law 7)', async () => {
  const history = await failed();

  await history.removeWorkload(workload);
  expect(await history.workload(workload)).toBeUndefined();
  expect(await history.workloads()).toEqual([]);
  expect((await history.begin({ ...rollout('x', 'bad'), again: true })).outcome).toBe('quarantined');
  await history.putWorkload(record(workload, { uid: 'another' }));

  const state = await history.workload(workload);
  expect(state).toMatchObject({ quarantine: [quarantined('bad')], hold: paused });
  expect(state?.digests.app).toMatchObject({ rolledOut: digest('bad'), lastGood: digest('good') });
  expect(state?.check).toBeUndefined();
  expect(state?.reverted).toBeUndefined();
  expect(await ttl()).toBe(-1);
});

it('the data of a removed workload expires', async () => {
  const history = await failed();

  await history.removeWorkload(workload);

  expect(await ttl()).toBeGreaterThan(6 * 24 * 3_600);
});

it('adopted digests of a workload without a record expire', async () => {
  const history = redis.open();
  await history.adopt(workload, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);
  expect(await ttl()).toBeGreaterThan(0);

  await history.putWorkload(record(workload));

  expect(await ttl()).toBe(-1);
});

it('the data of a removed workload does not expire during a rollout', async () => {
  const history = await failed();
  await history.removeWorkload(workload);

  const begun = created(await history.begin({ ...byHand('bad', 'good'), changes: [change('bad', 'good')] }));
  expect(await ttl()).toBe(-1);
  await history.transition(begun.id, { from: ['pending'], to: 'cancelled', code: 'gone' });

  expect(await ttl()).toBeGreaterThan(0);
});

it('a workload that is recreated during its rollout keeps its data', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await history.removeWorkload(workload);
  await history.putWorkload(record(workload, { uid: 'another' }));

  await fail(history, update.id, back('bad', 'good'));

  expect(await history.active()).toMatchObject([{ kind: 'rollback', rollbackOf: update.id }]);
  expect(await ttl()).toBe(-1);
});
