import { expect, it } from 'vitest';
import { beginNew } from './begin-new.ts';
import { useHistory } from './opened.ts';
import { digest, image, record, rollout } from './samples.ts';

const redis = useHistory();
const rounds = 50;

it('one of two equal rollouts begins, 50 times (law 4)', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const wanted = rollout(`a${round}`, `b${round}`, `ns/deployment/w${round}`);
    // Every other time the digests are known already, so that only the claim distinguishes the two.
    const known = { container: 'app', image, tag: 'latest', digest: digest(`a${round}`) };
    if (round % 2 === 0) await a.adopt(wanted.workload, [known]);
    const results = await Promise.all([beginNew(a, wanted), beginNew(b, { ...wanted, trigger: 'webhook' })]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['created', 'exists']);
    expect(results[0]?.rollout).toEqual(results[1]?.rollout);
  }
  expect(await a.active()).toHaveLength(rounds);
});

it('one of two different rollouts stays active, 50 times (law 4)', async () => {
  const [a, b] = [redis.open(), redis.open()];
  const supersededIds: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const results = await Promise.all([
      a.begin(rollout('old', `x${round}`, workload)),
      b.begin(rollout('old', `y${round}`, workload)),
    ]);
    const superseded = results.flatMap((result) =>
      result.outcome === 'created' && result.superseded !== undefined ? [result.superseded] : [],
    );
    expect(superseded).toHaveLength(1);
    supersededIds.push(...superseded);
    expect((await a.workload(workload))?.digests.app?.lastGood).toBe(digest('old'));
  }
  const active = await a.active();
  expect(new Set(active.map(({ workload }) => workload)).size).toBe(rounds);
  expect(active).toHaveLength(rounds);
  expect(active.filter(({ id }) => supersededIds.includes(id))).toEqual([]);
});

it('one of two transitions of a rollout succeeds, 50 times (law 4)', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const { rollout: begun } = await beginNew(a, rollout('a', 'b', `ns/deployment/w${round}`));
    const moved = await Promise.all([
      a.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'by-a' }),
      b.transition(begun.id, { from: ['pending'], to: 'failed', code: 'by-b' }),
    ]);
    const [winner, ...others] = moved.filter((result) => result !== undefined);
    expect(others).toEqual([]);
    expect(await a.rollout(begun.id)).toEqual(winner);
    expect(winner?.transitions).toHaveLength(2);
  }
});

it('a superseded rollout never moves the digests', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    await a.putWorkload(record(workload));
    const { rollout: begun } = await beginNew(a, rollout('old', 'x', workload));
    const [moved, next] = await Promise.all([
      a.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'patched' }),
      b.begin(rollout('old', 'y', workload)),
    ]);
    expect(next).toMatchObject({ outcome: 'created', superseded: begun.id });
    const digests = (await a.workload(workload))?.digests.app;
    expect(digests).toMatchObject({ rolledOut: digest(moved === undefined ? 'old' : 'x'), lastGood: digest('old') });
  }
});

it('a rollout that is superseded during a step keeps or refuses that step', async () => {
  const [a, b] = [redis.open(), redis.open()];
  for (let round = 0; round < rounds; round++) {
    const workload = `ns/deployment/w${round}`;
    const { rollout: begun } = await beginNew(a, rollout('old', 'x', workload));
    const [refused] = await Promise.all([
      a.transition(begun.id, { from: ['pending'], to: 'pending', code: 'write-refused' }),
      b.begin(rollout('old', 'y', workload)),
    ]);
    const steps = (await a.rollout(begun.id))?.transitions.map(({ code }) => code);
    expect(steps).toEqual(['new-digest', ...(refused === undefined ? [] : ['write-refused']), 'superseded']);
  }
});
