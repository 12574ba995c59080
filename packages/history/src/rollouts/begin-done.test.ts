import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { change, digest, image, rollout } from '../../test/samples.ts';
import type { History, NewRollout, Rollout, RolloutState } from '../types.ts';

const redis = useHistory();

async function finish(history: History, wanted: NewRollout, end: RolloutState = 'succeeded'): Promise<Rollout> {
  const { rollout: begun } = await history.begin(wanted);
  if (begun === undefined) throw new Error('Nothing began.');
  await history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'written' });
  const ended = await history.transition(begun.id, { from: ['verifying'], to: end, code: 'verdict' });
  if (ended === undefined) throw new Error('It was moved by somebody else.');
  return ended;
}

it.each(['succeeded', 'failed'] as const)('begins no digest again that was written and %s (law 4)', async (end) => {
  const history = redis.open();
  const ended = await finish(history, rollout('a', 'b'), end);

  expect(await history.begin({ ...rollout('a', 'b'), trigger: 'webhook' })).toEqual({ outcome: 'done', rollout: ended });

  expect((await history.rollouts({})).items).toEqual([ended]);
  expect(await history.active()).toEqual([]);
});

it('begins one rollout for one digest, however late the other worker is, 100 times (law 4)', async () => {
  const [a, late] = [redis.open(), redis.open()];
  for (let round = 0; round < 100; round++) {
    const wanted = rollout('old', 'new', `ns/deployment/w${round}`);
    // The late one comes anywhere between the first step and well after the last.
    const pause = async () => {
      for (let turn = 0; turn < round % 20; turn++) await late.ping();
    };
    const [ended, other] = await Promise.all([finish(a, wanted), pause().then(() => late.begin(wanted))]);

    expect(['exists', 'done']).toContain(other.outcome);
    expect(other.rollout?.id).toBe(ended.id);
    expect((await a.rollouts({ workload: wanted.workload })).items).toHaveLength(1);
  }
});

it('begins when any of the containers still has to move', async () => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));
  const changes = [change('a', 'b'), change('c', 'd', { container: 'side' })];

  expect((await history.begin({ ...rollout('a', 'b'), changes })).outcome).toBe('created');
});

it.each([
  ['another tag', change('a', 'b', { to: { tag: 'stable', digest: digest('b') } })],
  ['another repository', change('a', 'b', { image: 'docker.io/library/nginx' })],
])('begins the same digest under %s', async (_, moved) => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));

  expect((await history.begin({ ...rollout('a', 'b'), changes: [moved] })).outcome).toBe('created');
});

it('leaves a rollout to something else alone, and names it', async () => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));
  const { rollout: newer } = await history.begin(rollout('b', 'c'));

  expect(await history.begin(rollout('a', 'b'))).toEqual({ outcome: 'done', rollout: newer });
  expect(await history.active()).toEqual([newer]);
});

it('names none where what was written is known without a rollout', async () => {
  const history = redis.open();
  await history.adopt('myapp/deployment/myapp', [{ container: 'app', image, tag: 'latest', digest: digest('b') }]);

  expect(await history.begin(rollout('a', 'b'))).toEqual({ outcome: 'done' });
});
