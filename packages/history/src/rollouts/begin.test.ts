import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { change, digest, image, record, rollout } from '../../test/samples.ts';

const redis = useHistory();
const id = 'myapp/deployment/myapp';

it('begin creates a pending rollout that history can read', async () => {
  const history = redis.open({ now: () => 1_795_000_000_000 });

  const begun = await beginNew(history, rollout('a', 'b'));

  expect(begun).toMatchObject({
    outcome: 'created',
    rollout: { ...rollout('a', 'b'), state: 'pending', generation: 0 },
  });
  expect(begun.rollout.createdAt).toBe(1_795_000_000_000);
  expect(await history.rollout(begun.rollout.id)).toEqual(begun.rollout);
  expect(await history.active()).toEqual([begun.rollout]);
});

it('begin returns the same rollout for the same targets in any order', async () => {
  const history = redis.open();
  const changes = [change('a', 'b'), change('c', 'd', { container: 'side' })];

  const first = await beginNew(history, { ...rollout('a', 'b'), changes });
  const second = await beginNew(history, { ...rollout('a', 'b'), changes: changes.toReversed(), trigger: 'webhook' });

  expect(second).toEqual({ outcome: 'exists', rollout: first.rollout });
});

it('a new rollout of the same targets begins after the first one ended', async () => {
  const history = redis.open();
  const first = await beginNew(history, rollout('a', 'b'));
  await history.transition(first.rollout.id, { from: ['pending'], to: 'cancelled', code: 'x' });

  const second = await beginNew(history, rollout('a', 'b'));

  expect(second.outcome).toBe('created');
  expect(second.rollout.id > first.rollout.id).toBe(true);
});

it.each(['pending', 'verifying'] as const)('a rollout to other targets supersedes a %s one', async (state) => {
  const history = redis.open();
  const first = await beginNew(history, rollout('a', 'b'));
  if (state === 'verifying')
    await history.transition(first.rollout.id, { from: ['pending'], to: state, code: 'patched' });

  const second = await beginNew(history, rollout('b', 'c'));

  expect(second).toMatchObject({ outcome: 'created', superseded: first.rollout.id });
  expect(await history.rollout(first.rollout.id)).toMatchObject({ state: 'superseded' });
  expect((await history.active()).map(({ id }) => id)).toEqual([second.rollout.id]);
});

it('rollouts of different workloads do not supersede each other', async () => {
  const history = redis.open();
  await history.begin(rollout('a', 'b', 'myapp/deployment/myapp'));
  expect((await history.begin(rollout('a', 'b', 'myapp/deployment/myapp-staging'))).outcome).toBe('created');
  expect(await history.active()).toHaveLength(2);
});

it('begin stores the last good digest before anything is patched (law 5)', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));

  await history.begin(rollout('a', 'b'));

  const state = await history.workload(id);
  expect(state?.digests.app).toEqual({ image, tag: 'latest', rolledOut: digest('a'), lastGood: digest('a') });
});

it('a rollout without an older digest has no last good one', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await history.begin(rollout(undefined, 'b'));
  expect((await history.workload(id))?.digests).toEqual({});
});

it('superseding an unproven rollout keeps the older good digest (law 5)', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  const first = await beginNew(history, rollout('a', 'b'));
  await history.transition(first.rollout.id, { from: ['pending'], to: 'verifying', code: 'patched' });

  await history.begin(rollout('b', 'c'));

  expect((await history.workload(id))?.digests.app).toMatchObject({ rolledOut: digest('b'), lastGood: digest('a') });
});

it('a rollout after a failed one keeps the older good digest', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  const { rollout: first } = await beginNew(history, rollout('a', 'b'));
  await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'patched' });
  await history.transition(first.id, { from: ['verifying'], to: 'failed', code: 'crash-loop' });

  await history.begin(rollout('b', 'c'));

  expect((await history.workload(id))?.digests.app?.lastGood).toBe(digest('a'));
});

it('a digest that a user set counts as the last good one', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);

  await history.begin(rollout('by hand', 'c'));

  expect((await history.workload(id))?.digests.app?.lastGood).toBe(digest('by hand'));
});

it('the last good digest never comes from another repository', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await history.adopt(id, [
    { container: 'app', image: 'docker.io/library/nginx', tag: 'latest', digest: digest('nginx') },
  ]);

  await history.begin(rollout(undefined, 'b'));

  expect((await history.workload(id))?.digests.app?.image).toBe('docker.io/library/nginx');
  const [active] = await history.active();
  await history.transition(active?.id ?? '', { from: ['pending'], to: 'verifying', code: 'patched' });
  expect((await history.workload(id))?.digests.app).toEqual({ image, tag: 'latest', rolledOut: digest('b') });
});

it('a pending rollout does not count as written', async () => {
  const history = redis.open();
  await history.adopt(id, [{ container: 'app', image, tag: 'stable', digest: digest('b') }]);
  const { rollout: first } = await beginNew(history, rollout(undefined, 'b'));
  await history.transition(first.id, { from: ['pending'], to: 'cancelled', code: 'x' });

  expect((await history.begin(rollout(undefined, 'b'))).outcome).toBe('created');
});

it.each([
  ['no change', []],
  ['a container twice', [change('a', 'b'), change('a', 'c')]],
  ['a short digest', [change('a', 'b', { to: { digest: 'sha256:abc' } })]],
])('history refuses a rollout with %s', async (_, changes) => {
  const history = redis.open();
  expect(() => history.begin({ ...rollout('a', 'b'), changes })).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(await history.active()).toEqual([]);
});

it('an active rollout that does not parse does not block its workload', async () => {
  const corrupt: unknown[] = [];
  const history = redis.open({ onCorrupt: (error) => corrupt.push(error.code) });
  const first = await beginNew(history, rollout('a', 'b'));
  await redis.raw.hset('{keelson}:h:rollouts', first.rollout.id, '1pnonsense');

  const second = await beginNew(history, rollout('a', 'c'));

  expect(second.outcome).toBe('created');
  expect(corrupt).toContain('corrupt');
  expect((await history.active()).map(({ id }) => id)).toEqual([second.rollout.id]);
});
