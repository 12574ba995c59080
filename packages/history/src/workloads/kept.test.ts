import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import { workload } from '../../test/verdicts.ts';

const redis = useHistory();

it('of workloads that are created and deleted under new names, only the newest keep their history (law 17)', async () => {
  const history = redis.open();
  const many = bounds.removedWorkloads + 5;
  await history.putWorkload(record('victim/deployment/web'));
  await history.begin(rollout('a', 'b', 'victim/deployment/web'));
  await history.removeWorkload('victim/deployment/web');

  for (let i = 0; i < many; i++) {
    const id = `mallory/deployment/web-${i}`;
    await history.putWorkload(record(id));
    const { rollout: begun } = await beginNew(history, rollout('a', 'b', id));
    await history.transition(begun.id, { from: ['pending'], to: 'cancelled', code: 'workload-gone' });
    await history.removeWorkload(id);
  }

  const hashes = await redis.raw.keys('{keelson}:h:workload:mallory/*');
  expect(hashes).toHaveLength(bounds.removedWorkloads);
  expect(hashes).not.toContain('{keelson}:h:workload:mallory/deployment/web-0');
  expect(hashes).toContain(`{keelson}:h:workload:mallory/deployment/web-${many - 1}`);
  expect(await redis.raw.hlen('{keelson}:h:rollouts')).toBe(bounds.removedWorkloads + 1);
  expect((await history.rollouts({ namespaces: ['victim'] })).items).toHaveLength(1);
});

it('a workload that was removed and created again is not forgotten (law 17)', async () => {
  const history = redis.open();
  const id = 'mallory/deployment/web';
  await history.putWorkload(record(id));
  await history.begin(rollout('a', 'b', id));
  await history.removeWorkload(id);
  await history.putWorkload(record(id));

  for (let i = 0; i <= bounds.removedWorkloads; i++) {
    await history.putWorkload(record(`mallory/deployment/other-${i}`));
    await history.removeWorkload(`mallory/deployment/other-${i}`);
  }

  expect(await history.workload(id)).toMatchObject({ active: expect.any(String) });
  expect((await history.rollouts({ workload: id })).items).toHaveLength(1);
});

it('of containers that are renamed at each change, only those that a workload has are kept in the end (law 17)', async () => {
  const history = redis.open();
  const named = (name: string) => record(workload, { containers: [{ name, image, repository: image }] });
  for (let i = 0; i <= bounds.digestRecords; i++) {
    await history.putWorkload(named(`c${i}`));
    await history.adopt(workload, [{ container: `c${i}`, image, tag: '', digest: digest('a') }]);
  }
  expect(Object.keys((await history.workload(workload))?.digests ?? {})).toHaveLength(bounds.digestRecords + 1);

  await history.putWorkload(named('c7'));

  expect(Object.keys((await history.workload(workload))?.digests ?? {})).toEqual(['c7']);
});
