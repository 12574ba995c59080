import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { digest, record, rollout } from '../../test/samples.ts';

const redis = useHistory();
const id = 'myapp/deployment/myapp';

it('a rollout stores its transitions and moves the digests with them (law 5)', async () => {
  let now = 1_795_000_000_000;
  const history = redis.open({ now: () => now });
  await history.putWorkload(record(id));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));

  now += 40;
  await history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'patched', generation: 7 });
  expect((await history.workload(id))?.digests.app).toMatchObject({ rolledOut: digest('b'), lastGood: digest('a') });
  expect((await history.workload(id))?.active).toBe(begun.id);

  now += 9_000;
  const done = await history.transition(begun.id, {
    from: ['verifying'],
    to: 'succeeded',
    code: 'verified',
    message: 'All well.',
  });
  const state = await history.workload(id);
  expect(state?.digests.app).toMatchObject({ rolledOut: digest('b'), lastGood: digest('b') });
  expect(state?.active).toBeUndefined();
  expect(state?.latest).toBe(begun.id);
  expect(await history.active()).toEqual([]);
  expect(done).toMatchObject({ state: 'succeeded', generation: 7, updatedAt: begun.createdAt + 9_040 });
  expect(done?.transitions).toEqual([
    { state: 'pending', at: begun.createdAt, code: 'new-digest' },
    { state: 'verifying', at: begun.createdAt + 40, code: 'patched' },
    { state: 'succeeded', at: begun.createdAt + 9_040, code: 'verified', message: 'All well.' },
  ]);
  expect(await history.rollout(begun.id)).toEqual(done);
});

it('a failed rollout keeps its evidence and the last good digest', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));
  await history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'patched' });
  const evidence = { pod: 'p', container: 'app', exitCode: 1, log: `${'x '.repeat(2_500)}the end` };

  const failed = await history.transition(begun.id, {
    from: ['pending', 'verifying'],
    to: 'failed',
    code: 'crash-loop',
    evidence,
  });

  expect(failed?.evidence).toMatchObject({ pod: 'p', container: 'app', exitCode: 1 });
  expect(failed?.evidence?.log).toHaveLength(4_000);
  expect(failed?.evidence?.log).toMatch(/^…[x ]+the end$/);
  expect(await history.rollout(begun.id)).toEqual(failed);
  expect((await history.workload(id))?.digests.app).toMatchObject({ rolledOut: digest('b'), lastGood: digest('a') });
  expect((await history.workload(id))?.active).toBeUndefined();
});

it('a transition of a moved or unknown rollout does nothing', async () => {
  const history = redis.open();
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));

  expect(await history.transition(begun.id, { from: ['verifying'], to: 'succeeded', code: 'x' })).toBeUndefined();
  expect(await history.transition('000000000', { from: ['pending'], to: 'succeeded', code: 'x' })).toBeUndefined();
  expect(await history.transition('../x', { from: ['pending'], to: 'succeeded', code: 'x' })).toBeUndefined();
  expect(await history.rollout(begun.id)).toEqual(begun);
});

it('an ended rollout never becomes active again', async () => {
  const history = redis.open();
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));
  await history.transition(begun.id, { from: ['pending'], to: 'failed', code: 'x' });

  await expect(history.transition(begun.id, { from: ['failed'], to: 'verifying', code: 'x' })).rejects.toMatchObject({
    code: 'invalid',
  });
});
