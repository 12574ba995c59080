import { expect, it } from 'vitest';
import { beginNew, finish } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { change, digest, image, rollout } from '../../test/samples.ts';

const redis = useHistory();

it.each(['succeeded', 'failed'] as const)(
  'a digest that was written and %s is not rolled out again (law 4)',
  async (end) => {
    const history = redis.open();
    const ended = await finish(history, rollout('a', 'b'), end);

    expect(await history.begin({ ...rollout('a', 'b'), trigger: 'webhook' })).toEqual({
      outcome: 'done',
      rollout: ended,
    });

    expect((await history.rollouts({})).items).toEqual([ended]);
    expect(await history.active()).toEqual([]);
  },
);

it('a rollout begins when one of its containers is not at its target yet', async () => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));
  const changes = [change('a', 'b'), change('c', 'd', { container: 'side' })];

  expect((await history.begin({ ...rollout('a', 'b'), changes })).outcome).toBe('created');
});

it.each([
  ['another tag', change('a', 'b', { to: { tag: 'stable', digest: digest('b') } })],
  ['another repository', change('a', 'b', { image: 'docker.io/library/nginx' })],
])('a rollout of the same digest begins with %s', async (_, moved) => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));

  expect((await history.begin({ ...rollout('a', 'b'), changes: [moved] })).outcome).toBe('created');
});

it('begin of written targets returns the newest rollout and does not supersede it', async () => {
  const history = redis.open();
  await finish(history, rollout('a', 'b'));
  const { rollout: newer } = await beginNew(history, rollout('b', 'c'));

  expect(await history.begin(rollout('a', 'b'))).toEqual({ outcome: 'done', rollout: newer });
  expect(await history.active()).toEqual([newer]);
});

it('begin of adopted targets returns no rollout', async () => {
  const history = redis.open();
  await history.adopt('myapp/deployment/myapp', [{ container: 'app', image, tag: 'latest', digest: digest('b') }]);

  expect(await history.begin(rollout('a', 'b'))).toEqual({ outcome: 'done' });
});
