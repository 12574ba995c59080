import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import type { CheckRecord } from '../types.ts';

const redis = useHistory();
const id = 'myapp/deployment/myapp';
const check: CheckRecord = {
  at: 5,
  nextAt: 60_005,
  code: 'up-to-date',
  sentence: 'Nothing new.',
  observed: [{ container: 'app', digest: digest('a') }],
};

it('gives back what was put', async () => {
  const history = redis.open();
  const full = record(id, {
    warnings: [{ code: 'unknown-annotation', key: 'keel.sh/polcy', message: 'Did you mean keel.sh/policy?' }],
  });
  await history.putWorkload(full);
  await history.putCheck(id, check);

  expect(await history.workload(id)).toEqual({ record: full, check, digests: {} });
  expect(await history.workloads()).toEqual([{ record: full, check, digests: {} }]);
  expect(await history.workload('no/deployment/such')).toBeUndefined();
});

it('finds workloads by image and tag, in step with every change', async () => {
  const history = redis.open();
  const staging = { name: 'app', image: `${image}:dev-staging`, repository: image, tag: 'dev-staging' };
  const pinned = { name: 'side', image: 'docker.io/library/nginx@sha256:x', repository: 'docker.io/library/nginx' };
  await history.putWorkload(record('a/deployment/production'));
  await history.putWorkload(record('a/deployment/staging', { containers: [staging, pinned] }));

  expect(await history.workloadsByImage(image)).toEqual(['a/deployment/production', 'a/deployment/staging']);
  expect(await history.workloadsByImage(image, 'dev-staging')).toEqual(['a/deployment/staging']);
  expect(await history.workloadsByImage('docker.io/library/nginx')).toEqual(['a/deployment/staging']);
  expect(await history.workloadsByImage('docker.io/library/nginx', 'latest')).toEqual([]);

  await history.putWorkload(record('a/deployment/staging'));
  expect(await history.workloadsByImage(image, 'dev-staging')).toEqual([]);
  expect(await history.workloadsByImage('docker.io/library/nginx')).toEqual([]);
  expect(await history.workloadsByImage(image, 'latest')).toEqual(['a/deployment/production', 'a/deployment/staging']);

  await history.removeWorkload('a/deployment/production');
  await history.removeWorkload('a/deployment/staging');
  expect(await history.workloadsByImage(image)).toEqual([]);
  expect(await history.workloadIds()).toEqual([]);
  expect((await redis.raw.keys('*')).filter((key) => !key.endsWith(':events'))).toEqual([]);
});

it('keeps the rollouts of a removed workload, and lets one that is under way end', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));

  await history.removeWorkload(id);
  expect(await history.workload(id)).toBeUndefined();
  expect((await history.begin(rollout('a', 'b'))).outcome).toBe('exists');
  await history.transition(begun.id, { from: ['pending'], to: 'cancelled', code: 'removed' });

  expect((await history.rollouts({ workload: id })).items).toMatchObject([{ id: begun.id, state: 'cancelled' }]);
  expect(await redis.raw.exists(`{keelson}:h:workload:${id}`)).toBe(0);
});

it('writes no check of a workload that is not there', async () => {
  const history = redis.open();
  await history.putCheck(id, check);
  expect(await redis.raw.keys('*')).toEqual([]);
});

it('adopts what runs, but not over a rollout that is under way', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);
  expect((await history.workload(id))?.digests).toEqual({
    app: { image, tag: 'latest', rolledOut: digest('a'), lastGood: digest('a') },
  });

  await history.begin(rollout('a', 'b'));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('b') }]);
  expect((await history.workload(id))?.digests.app?.lastGood).toBe(digest('a'));
});

it('leaves a workload that does not parse out of the list, and names it', async () => {
  const told: string[] = [];
  const history = redis.open({ onCorrupt: (error) => told.push(error.message) });
  await history.putWorkload(record('a/deployment/good'));
  await history.putWorkload(record('a/deployment/bad'));
  await redis.raw.hset('{keelson}:h:workload:a/deployment/bad', 'record', '{"id":1}');

  expect((await history.workloads()).map(({ record }) => record.id)).toEqual(['a/deployment/good']);
  expect(told).toEqual([expect.stringContaining('a/deployment/bad')]);
  await expect(history.workload('a/deployment/bad')).rejects.toMatchObject({ code: 'corrupt' });
});

it('reads what a newer release wrote, without what it does not know', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await redis.raw.hset(`{keelson}:h:workload:${id}`, 'record', JSON.stringify({ ...record(id), later: true }));
  expect((await history.workload(id))?.record).toEqual(record(id));
});
