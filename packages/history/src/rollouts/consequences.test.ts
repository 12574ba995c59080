import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { change, digest, record, rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, moved, paused, quarantined, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();

async function ready() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  return { history, update: await written(history, 'good', 'bad') };
}

it('a failure, its quarantine and its rollback are stored in one step (laws 7 and 8)', async () => {
  const { history, update } = await ready();
  const after = await history.lastEventId();

  const failed = await fail(history, update.id, back('bad', 'good'));

  const state = await history.workload(workload);
  const [rollback, ...others] = await history.active();
  expect(failed).toMatchObject({ id: update.id, state: 'failed' });
  expect(others).toEqual([]);
  expect(rollback).toMatchObject({
    kind: 'rollback',
    rollbackOf: update.id,
    workload,
    state: 'pending',
    trigger: 'verdict',
    changes: [change('bad', 'good')],
  });
  expect(state).toMatchObject({ active: rollback?.id, latest: rollback?.id, quarantine: [quarantined('bad')] });
  expect(state?.digests.app).toMatchObject({ rolledOut: digest('bad'), lastGood: digest('good') });
  expect((await history.rollouts({})).items).toEqual([rollback, failed]);
  expect(
    (await history.events(after)).map(({ type, name, rollout, message }) => [type, name, rollout, message]),
  ).toEqual([
    ['rollout', 'failed', update.id, 'It crashes.'],
    ['quarantine', 'added', undefined, 'bad crashes.'],
    ['rollout', 'pending', rollback?.id, 'bad crashes.'],
  ]);
});

it('a failure puts the workload on hold in the same step', async () => {
  const { history, update } = await ready();
  const hold = { ...paused, code: 'too-many-failures' } as const;

  await fail(history, update.id, { ...back('bad', 'good'), hold });

  expect(await history.workload(workload)).toMatchObject({ hold, quarantine: [quarantined('bad')] });
  expect(await history.active()).toMatchObject([{ kind: 'rollback' }]);
});

it('a failure keeps the hold of a user', async () => {
  const { history, update } = await ready();
  await history.hold(workload, paused);
  const after = await history.lastEventId();

  await fail(history, update.id, { hold: { ...paused, code: 'manual-rollback-required' } });

  expect((await history.workload(workload))?.hold).toEqual(paused);
  expect((await history.events(after)).map(({ type }) => type)).toEqual(['rollout']);
});

it('a failed rollback releases what it names in the same step, and no other digest', async () => {
  const { history, update } = await ready();
  await fail(history, update.id, { ...back('bad', 'good'), quarantine: [quarantined('bad'), quarantined('other')] });
  const [rollback] = await history.active();
  const after = await history.lastEventId();
  const hold = { ...paused, code: 'rollback-failed' } as const;

  await fail(history, rollback?.id ?? '', { hold, released: [quarantined('bad')] });

  expect(await history.workload(workload)).toMatchObject({ hold, quarantine: [quarantined('other')] });
  expect((await history.events(after)).map(({ type, name }) => `${type} ${name}`)).toEqual([
    'rollout failed',
    'quarantine released',
    'hold rollback-failed',
  ]);
});

it('a quarantine has each digest once, the newest first, and at most 20', async () => {
  const { history, update } = await ready();
  const many = Array.from({ length: 25 }, (_, i) => quarantined(`old${i}`));
  await fail(history, update.id, { quarantine: many });
  const next = await written(history, 'bad', 'worse');

  await fail(history, next.id, { quarantine: [quarantined('worse'), quarantined('old3', { message: 'Again.' })] });

  const entries = (await history.workload(workload))?.quarantine ?? [];
  expect(entries).toHaveLength(20);
  expect(entries.slice(0, 6).map(({ message }) => message)).toEqual([
    'worse crashes.',
    'Again.',
    'old0 crashes.',
    'old1 crashes.',
    'old2 crashes.',
    'old4 crashes.',
  ]);
});

it.each([
  ['a success', 'succeeded', ['verifying']],
  ['a failure that is reported again (law 8)', 'failed', ['failed']],
] as const)('has no consequences of %s', async (_, to, from) => {
  const { history, update } = await ready();
  if (to === 'failed') await fail(history, update.id);

  const asked = history.transition(update.id, { from, to, code: 'x', consequences: back('bad', 'good') });

  await expect(asked).rejects.toMatchObject({ code: 'invalid' });
  expect((await history.rollouts({})).items).toHaveLength(1);
});

it('a failure without a rollback target outside the quarantine puts the workload on hold', async () => {
  const { history, update } = await ready();
  const consequences = { ...back('bad', 'good'), quarantine: [quarantined('bad'), quarantined('good')] };

  await fail(history, update.id, consequences);

  expect(await history.active()).toEqual([]);
  expect((await history.workload(workload))?.hold).toMatchObject({ code: 'no-last-good' });
});

it('a failure in a removed workload is quarantined but not rolled back', async () => {
  const { history, update } = await ready();
  await history.removeWorkload(workload);

  await fail(history, update.id, back('bad', 'good'));

  expect(await history.active()).toEqual([]);
  expect(await redis.raw.ttl(`{keelson}:h:workload:${workload}`)).toBeGreaterThan(0);
  await history.putWorkload(record(workload));
  expect(await history.workload(workload)).toMatchObject({ quarantine: [quarantined('bad')] });
});

it('a late failure of a rollout changes nothing', async () => {
  const { history, update } = await ready();
  const newer = created(await history.begin(rollout('bad', 'newer')));

  expect(await fail(history, update.id, back('bad', 'good'))).toBeUndefined();

  expect(await history.active()).toEqual([newer]);
  expect((await history.workload(workload))?.quarantine).toEqual([]);
});

it('invalid consequences store nothing at all', async () => {
  const { history, update } = await ready();
  const consequences = { quarantine: [quarantined('bad')], rollback: { ...byHand('bad', 'good'), changes: [] } };

  await expect(fail(history, update.id, consequences)).rejects.toMatchObject({ code: 'invalid' });

  expect(await history.rollout(update.id)).toEqual(update);
  expect((await history.workload(workload))?.quarantine).toEqual([]);
});

it('a rollback has transitions and events like an update', async () => {
  const { history, update } = await ready();
  await fail(history, update.id, back('bad', 'good'));
  const [rollback] = await history.active();
  const hold = { ...paused, code: 'rollback-failed' } as const;
  await history.transition(rollback?.id ?? '', { from: ['pending'], to: 'verifying', code: 'written' });

  await moved(fail(history, rollback?.id ?? '', { hold }));

  expect(await history.active()).toEqual([]);
  expect(await history.workload(workload)).toMatchObject({ hold, quarantine: [quarantined('bad')] });
});

it('history shortens long messages (law 12)', async () => {
  const { history, update } = await ready();
  const message = 'x '.repeat(1_000);

  await fail(history, update.id, { quarantine: [quarantined('bad', { message })], hold: { ...paused, message } });

  const state = await history.workload(workload);
  expect(state?.quarantine[0]?.message).toHaveLength(1_000);
  expect(state?.hold?.message).toHaveLength(1_000);
  expect((await history.events('0-0')).every(({ message = '' }) => message.length <= 1_000)).toBe(true);
});

it('failures are counted from the last push that succeeded, or from where a user resumed the workload', async () => {
  const { history, update } = await ready();
  const countedAfter = async () => (await history.workload(workload))?.failuresAfter;
  await fail(history, update.id, back('bad', 'good'));
  const [rollback] = await history.active();
  const steps = { from: ['pending', 'verifying'], code: 'x' } as const;
  await history.transition(rollback?.id ?? '', { ...steps, to: 'verifying' });
  await history.transition(rollback?.id ?? '', { ...steps, to: 'succeeded' });
  expect(await countedAfter(), 'a rollback is no push').toBeUndefined();

  const unproven = await written(history, 'good', 'unseen');
  await history.transition(unproven.id, { ...steps, to: 'unproven' });
  expect(await countedAfter(), 'no pod ran it').toBeUndefined();
  const proven = await written(history, 'unseen', 'better');
  await history.transition(proven.id, { ...steps, to: 'succeeded' });
  expect(await countedAfter()).toBe(proven.id);

  const failed = await written(history, 'better', 'worse');
  await fail(history, failed.id, { quarantine: [quarantined('worse')], hold: paused });
  expect(await countedAfter()).toBe(proven.id);
  await history.resume(workload);
  expect(await countedAfter()).toBe(failed.id);
});
