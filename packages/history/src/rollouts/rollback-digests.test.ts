import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, quarantined, workload, written } from '../../test/verdicts.ts';
import type { History } from '../types.ts';

const redis = useHistory();

/** A good one was proven, and a bad one failed: its rollback is pending. */
async function rollingBack() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const good = await written(history, 'old', 'good');
  await history.transition(good.id, { from: ['verifying'], to: 'succeeded', code: 'verified' });
  const bad = await written(history, 'good', 'bad');
  await fail(history, bad.id, back('bad', 'good'));
  const [rollback] = await history.active();
  if (rollback === undefined) throw new Error('No rollback began.');
  return { history, rollback, digests: () => digestsOf(history) };
}

async function digestsOf(history: History) {
  const { rolledOut, lastGood } = (await history.workload(workload))?.digests.app ?? {};
  return { rolledOut, lastGood };
}

it('the last good digest stays the same during the rollback to it', async () => {
  const { history, rollback, digests } = await rollingBack();
  expect(await digests()).toEqual({ rolledOut: digest('bad'), lastGood: digest('good') });

  await history.transition(rollback.id, { from: ['pending'], to: 'verifying', code: 'written' });
  expect(await digests()).toEqual({ rolledOut: digest('good'), lastGood: digest('good') });

  await history.transition(rollback.id, { from: ['verifying'], to: 'succeeded', code: 'verified' });
  expect(await digests()).toEqual({ rolledOut: digest('good'), lastGood: digest('good') });
});

it.each([
  ['before it is written', 'pending', 'bad'],
  ['while it is verified', 'verifying', 'good'],
] as const)(
  'the last proven digest stays when a newer one supersedes the rollback %s, and fails too',
  async (...row) => {
    const [, state, from] = row;
    const { history, rollback, digests } = await rollingBack();
    if (state === 'verifying') await history.transition(rollback.id, { from: ['pending'], to: state, code: 'written' });

    const newer = await history.begin(rollout(from, 'newer'));

    expect(newer).toMatchObject({ outcome: 'created', superseded: rollback.id });
    expect(await digests()).toMatchObject({ lastGood: digest('good') });
    await history.transition(created(newer).id, { from: ['pending'], to: 'verifying', code: 'written' });
    await fail(history, created(newer).id, back('newer', 'good'));
    expect(await digests()).toEqual({ rolledOut: digest('newer'), lastGood: digest('good') });
    expect(await history.active()).toMatchObject([{ kind: 'rollback', rollbackOf: created(newer).id }]);
  },
);

it('the last good digest stays when the rollback to it fails', async () => {
  const { history, rollback, digests } = await rollingBack();
  await history.transition(rollback.id, { from: ['pending'], to: 'verifying', code: 'written' });

  await fail(history, rollback.id);

  expect(await digests()).toEqual({ rolledOut: digest('good'), lastGood: digest('good') });
});

it('the good digest before the last good one is the last good one again when that is pushed again and fails', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const verified = { from: ['verifying'], to: 'succeeded', code: 'verified' } as const;
  for (const [from, to] of [
    ['old', 'one'],
    ['one', 'two'],
  ] as const) {
    await history.transition((await written(history, from, to)).id, verified);
  }
  await written(history, 'two', 'newer');
  const again = await written(history, 'newer', 'two');
  expect((await history.workload(workload))?.digests.app).toMatchObject({
    rolledOut: digest('two'),
    lastGood: digest('two'),
    goodBefore: digest('one'),
  });

  await fail(history, again.id, back('two', 'one'));

  expect(await digestsOf(history)).toEqual({ rolledOut: digest('two'), lastGood: digest('one') });
  expect(await history.active()).toMatchObject([{ kind: 'rollback', changes: [{ to: { digest: digest('one') } }] }]);
});

it('a digest that a user rolled back from never counts as good', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const good = await written(history, 'old', 'good');
  await history.transition(good.id, { from: ['verifying'], to: 'succeeded', code: 'verified' });

  const rollback = created(await history.begin({ ...byHand('good', 'old'), quarantine: [quarantined('good')] }));
  expect(await digestsOf(history)).toEqual({ rolledOut: digest('good'), lastGood: digest('old') });

  await history.transition(rollback.id, { from: ['pending'], to: 'verifying', code: 'written' });
  expect(await digestsOf(history)).toEqual({ rolledOut: digest('old'), lastGood: digest('old') });

  await history.begin(rollout('old', 'newer'));
  expect(await digestsOf(history)).toEqual({ rolledOut: digest('old'), lastGood: digest('old') });
});

it('a quarantined digest that runs never counts as good', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const bad = await written(history, 'good', 'bad');
  await fail(history, bad.id, { quarantine: [quarantined('bad')] });
  await history.adopt(workload, [{ container: 'app', image, tag: 'latest', digest: digest('bad') }]);

  await history.begin(rollout('bad', 'newer'));

  expect(await digestsOf(history)).toEqual({ rolledOut: digest('bad'), lastGood: undefined });
});
