import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { digest, record, rollout } from '../../test/samples.ts';
import { fail, quarantined, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const entries = [
  quarantined('newest', { rollout: '000000001' }),
  quarantined('b'),
  quarantined('b', { container: 'c' }),
];

async function ready() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const update = await written(history, 'good', 'bad');
  await fail(history, update.id, { quarantine: entries });
  return history;
}

it('release removes one digest from the quarantine, and then the others', async () => {
  const history = await ready();
  const after = await history.lastEventId();

  expect(await history.release(workload, digest('b'))).toEqual(entries.slice(1));
  expect((await history.workload(workload))?.quarantine).toEqual(entries.slice(0, 1));
  expect(await history.release(workload, digest('b'))).toEqual([]);
  expect(await history.release(workload)).toEqual(entries.slice(0, 1));
  expect((await history.workload(workload))?.quarantine).toEqual([]);
  expect(await history.release(workload)).toEqual([]);

  expect((await history.events(after)).map(({ type, name, rollout }) => [type, name, rollout])).toEqual([
    ['quarantine', 'released', undefined],
    ['quarantine', 'released', undefined],
    ['quarantine', 'released', '000000001'],
  ]);
});

it('a released digest may be rolled out again (law 7)', async () => {
  const history = await ready();
  expect((await history.begin(rollout('bad', 'newest'))).outcome).toBe('quarantined');

  await history.release(workload, digest('newest'));

  expect((await history.begin(rollout('bad', 'newest'))).outcome).toBe('created');
});
