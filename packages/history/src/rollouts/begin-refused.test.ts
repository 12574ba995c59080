import { expect, it } from 'vitest';
import { finish } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { change, digest, record, rollout } from '../../test/samples.ts';
import { byHand, created, fail, paused, quarantined, workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const stop = { message: 'Everything fails.', at: 1_795_000_000_000 };
const stopAll = () => redis.raw.hset('{keelson}:h:stop', stop);

async function ready(...quarantine: readonly string[]) {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const bad = await written(history, 'good', 'bad');
  await fail(history, bad.id, { quarantine: quarantine.map((seed) => quarantined(seed)) });
  return history;
}

it.each(['update', 'rollback'] as const)('no %s to a quarantined digest begins (law 7)', async (kind) => {
  const history = await ready('worse');

  const begun = await history.begin({ ...rollout('bad', 'worse'), kind });

  expect(begun).toEqual({ outcome: 'quarantined', entries: [quarantined('worse')] });
  expect(await history.active()).toEqual([]);
});

it('a quarantine entry restricts its own container only', async () => {
  const history = await ready('worse');
  const changes = [change('a', 'b', { container: 'side' }), change('bad', 'worse')];
  const side = [change('bad', 'worse', { container: 'side' })];
  const mirror = [change('bad', 'worse', { image: 'docker.io/library/nginx' })];

  expect((await history.begin({ ...rollout('bad', 'worse'), changes })).outcome).toBe('quarantined');
  expect((await history.begin({ ...rollout('bad', 'worse'), changes: side })).outcome).toBe('created');
  expect((await history.begin({ ...rollout('bad', 'worse'), changes: mirror })).outcome).toBe('created');
});

it('a workload on hold is not updated, but can be rolled back', async () => {
  const history = await ready();
  await history.hold(workload, paused);

  expect(await history.begin(rollout('bad', 'new'))).toEqual({ outcome: 'on-hold', hold: paused });
  expect((await history.begin(byHand('bad', 'good'))).outcome).toBe('created');
  expect(await history.begin(rollout('bad', 'new'))).toEqual({ outcome: 'on-hold', hold: paused });
});

it('a stop of all rollouts prevents updates, but not rollbacks', async () => {
  const history = await ready();
  await stopAll();

  expect(await history.begin(rollout('bad', 'new'))).toEqual({ outcome: 'stopped', stop });
  expect((await history.begin(byHand('bad', 'good'))).outcome).toBe('created');
});

it('begin reports the active rollout first, then done, quarantine, hold and stop', async () => {
  const history = await ready('bad', 'worse');
  await stopAll();
  await redis.raw.hset(`{keelson}:h:workload:${workload}`, 'hold', JSON.stringify(paused));
  const outcome = async (to: string, again = false) => (await history.begin({ ...rollout('x', to), again })).outcome;

  expect(await outcome('bad')).toBe('done');
  expect(await outcome('bad', true)).toBe('quarantined');
  expect(await outcome('worse')).toBe('quarantined');
  expect(await outcome('new')).toBe('on-hold');
  await history.resume(workload);
  expect(await outcome('new')).toBe('stopped');
  const back = created(await history.begin(byHand('bad', 'good')));
  expect(await history.begin(rollout('bad', 'good'))).toEqual({ outcome: 'exists', rollout: back });
});

it('a rollout with again begins although its targets were written last', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  await finish(history, rollout('a', 'b'));

  expect((await history.begin(rollout('a', 'b'))).outcome).toBe('done');
  expect((await history.begin({ ...rollout('b', 'b'), again: true })).outcome).toBe('created');
  expect((await history.workload(workload))?.digests.app?.lastGood).toBe(digest('b'));
});

it('a rollback stores its quarantine and its hold in the same step', async () => {
  const history = await ready('worse');
  const hold = { ...paused, code: 'manual-rollback' } as const;
  const after = await history.lastEventId();

  const begun = created(await history.begin({ ...byHand('bad', 'good'), quarantine: [quarantined('bad')], hold }));

  expect(await history.workload(workload)).toMatchObject({
    active: begun.id,
    hold,
    quarantine: [quarantined('bad'), quarantined('worse')],
  });
  expect((await history.events(after)).map(({ type, name }) => `${type} ${name}`)).toEqual([
    'quarantine added',
    'hold manual-rollback',
    'rollout pending',
  ]);
});

it('a refused rollout stores neither quarantine nor hold', async () => {
  const history = await ready('worse');

  const begun = await history.begin({ ...byHand('bad', 'worse'), quarantine: [quarantined('bad')], hold: paused });

  expect(begun.outcome).toBe('quarantined');
  expect(await history.workload(workload)).toMatchObject({ quarantine: [quarantined('worse')] });
  expect((await history.workload(workload))?.hold).toBeUndefined();
});

it('history refuses a rollout that quarantines its own target', async () => {
  const history = redis.open();
  expect(() => history.begin({ ...byHand('bad', 'good'), quarantine: [quarantined('good')] })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

it.each(['quarantine', 'hold'])(
  'a workload whose %s does not parse is not updated until a user ends it',
  async (field) => {
    const reported: unknown[] = [];
    const history = redis.open({ onCorrupt: (error) => reported.push(error.code) });
    await redis.raw.hset(`{keelson}:h:workload:${workload}`, field, '[1]');

    await expect(history.begin(rollout('a', 'b'))).rejects.toMatchObject({ code: 'corrupt' });
    expect(reported).toContain('corrupt');

    await history.release(workload);
    await history.resume(workload);
    expect((await history.begin(rollout('a', 'b'))).outcome).toBe('created');
  },
);

it('nothing begins where a rollout began and ended since the decision was made (law 4)', async () => {
  const history = await ready();
  const { latest } = (await history.workload(workload)) ?? {};
  const other = created(await history.begin({ ...rollout('bad', 'new'), knew: { latest: latest ?? '' } }));
  await fail(history, other.id);
  const late = { ...byHand('bad', 'old'), again: true, knew: { latest: latest ?? '' } };

  expect(await history.begin(late)).toEqual({ outcome: 'overtaken' });
  expect((await history.begin({ ...late, knew: { latest: other.id } })).outcome).toBe('created');
});
