import { expect, it } from 'vitest';
import { useHistory } from './opened.ts';
import { record, rollout } from './samples.ts';
import { back, byHand, fail, paused, quarantined, written } from './verdicts.ts';

const redis = useHistory();
const rounds = 40;

it('two failures of one rollout begin one rollback, 40 times (laws 4 and 8)', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const update = await written(a, 'good', `bad${round}`, workload);
    const failed = await Promise.all([a, b].map((one) => fail(one, update.id, back(`bad${round}`, 'good'))));
    expect(failed.filter((one) => one !== undefined)).toHaveLength(1);
    const { items } = await a.rollouts({ workload });
    expect(items.map(({ kind, state, rollbackOf }) => [kind, state, rollbackOf])).toEqual([
      ['rollback', 'pending', update.id],
      ['update', 'failed', undefined],
    ]);
    await a.resumeStop();
  }
});

it('a newer rollout stays active when the older one fails, 40 times', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const update = await written(a, 'good', 'bad', workload);
    const [failed, newer] = await Promise.all([
      fail(a, update.id, back('bad', 'good')),
      b.begin(rollout('bad', 'newer', workload)),
    ]);
    const active = (await a.active()).filter((one) => one.workload === workload);
    const { items } = await a.rollouts({ workload });
    const states = items.map(({ kind, state }) => `${kind} ${state}`).join();
    expect(newer.outcome).toBe('created');
    expect(active).toHaveLength(1);
    expect((await a.workload(workload))?.active).toBe(active[0]?.id);
    expect(active[0]?.changes[0]?.to.digest).toBe(rollout('bad', 'newer').changes[0]?.to.digest);
    expect(states).toBe(
      failed === undefined ? 'update pending,update superseded' : 'update pending,rollback superseded,update failed',
    );
    await a.resumeStop();
  }
});

it('a hold and an update at the same time leave no pending update, 40 times', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    await Promise.all([a.begin(rollout('a', 'b', workload)), b.hold(workload, paused)]);
    expect(await a.workload(workload)).toMatchObject({ hold: paused });
    expect((await a.active()).filter((one) => one.workload === workload)).toEqual([]);
  }
});

it('a failure keeps a hold of the same time, 40 times', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const update = await written(a, 'good', 'bad', workload);
    await Promise.all([
      fail(a, update.id, { quarantine: [quarantined('bad')], hold: { ...paused, code: 'no-last-good' } }),
      b.hold(workload, paused),
    ]);
    expect(await a.workload(workload)).toMatchObject({ hold: paused, quarantine: [quarantined('bad')] });
    await a.resumeStop();
  }
});

it('two quarantine entries of the same time are both kept, 40 times (law 7)', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const update = await written(a, 'good', 'bad', workload);
    const [failed] = await Promise.all([
      fail(a, update.id, { quarantine: [quarantined('bad')] }),
      b.begin({ ...byHand('bad', 'good'), workload, quarantine: [quarantined('other')] }),
    ]);
    const seeds = (await a.workload(workload))?.quarantine.map(({ message }) => message).sort();
    expect(seeds).toEqual([...(failed ? ['bad crashes.'] : []), 'other crashes.']);
    await a.resumeStop();
  }
});
