import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BeginResult, History, NewRollout, Rollout, WorkloadState } from '../src/index.ts';
import { isUnderWay } from '../src/index.ts';
import { useHistory } from './opened.ts';
import { digest, image, record, rollout } from './samples.ts';
import { back, paused, quarantined } from './verdicts.ts';

const redis = useHistory();
const workloads = ['ns/deployment/one', 'ns/deployment/two', 'ns/deployment/three'];

const seed = fc.constantFrom('a', 'b', 'c', 'd');
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('update' as const), to: seed, again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rollback' as const), to: seed, bad: fc.option(seed) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('succeed' as const, 'rest' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fail' as const), hold: fc.boolean(), back: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'remove' as const, 'put' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('resume' as const, 'resumeStop' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), what: fc.option(seed) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adopt' as const), what: seed }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;
const step = fc.record({ workload: fc.constantFrom(...workloads), action });

const seedOf = new Map(['a', 'b', 'c', 'd'].map((name) => [digest(name), name]));

/** What a worker would do with what it reads, which may be old by the time that it is written. */
async function act(history: History, workload: string, action: Action): Promise<Begun | undefined> {
  const state = await history.workload(workload);
  const active = state?.active === undefined ? undefined : await history.rollout(state.active);
  const runs = seedOf.get(state?.digests.app?.rolledOut ?? 'sha256:') ?? 'a';
  const good = seedOf.get(state?.digests.app?.lastGood ?? 'sha256:');
  switch (action.do) {
    case 'update':
      return begin(history, { ...rollout(runs, action.to, workload), again: action.again });
    case 'rollback': {
      const quarantine = action.bad === null || action.bad === action.to ? [] : [quarantined(action.bad)];
      return begin(history, { ...rollout(runs, action.to, workload), kind: 'rollback', quarantine });
    }
    case 'write':
      if (active) await history.transition(active.id, { from: ['pending'], to: 'verifying', code: 'written' });
      break;
    case 'succeed': {
      const wanted = { from: ['verifying'], to: 'succeeded', code: 'verified' } as const;
      if (active) await history.transition(active.id, wanted);
      break;
    }
    case 'rest':
      if (active) await history.transition(active.id, { from: ['verifying'], to: 'unproven', code: 'no-pods' });
      break;
    case 'return':
      if (state?.unproven === undefined) break;
      await history.transition(state.unproven, { from: ['unproven'], to: 'verifying', code: 'pods-appeared' });
      break;
    case 'fail': {
      if (!active) break;
      const bad = seedOf.get(active.changes[0]?.to.digest ?? 'sha256:') ?? 'a';
      const follows = action.back && good && active.kind === 'update' ? back(bad, good) : {};
      const hold = action.hold ? { hold: paused } : {};
      const consequences = { quarantine: [quarantined(bad)], ...follows, ...hold };
      await history.transition(active.id, { from: ['pending', 'verifying'], to: 'failed', code: 'bad', consequences });
      break;
    }
    case 'hold':
      await history.hold(workload, paused);
      break;
    case 'resume':
      await history.resume(workload);
      break;
    case 'resumeStop':
      await history.resumeStop();
      break;
    case 'release':
      await history.release(workload, action.what === null ? undefined : digest(action.what));
      break;
    case 'adopt':
      await history.adopt(workload, [{ container: 'app', image, tag: 'latest', digest: digest(action.what) }]);
      break;
    case 'remove':
      await history.removeWorkload(workload);
      break;
    case 'put':
      await history.putWorkload(record(workload));
  }
  return undefined;
}

interface Begun {
  readonly wanted: NewRollout;
  readonly result: BeginResult;
}

async function begin(history: History, wanted: NewRollout): Promise<Begun> {
  return { wanted, result: await history.begin(wanted) };
}

const isAgainst = (state: WorkloadState, { changes }: Pick<Rollout, 'changes'>): boolean =>
  state.quarantine.some((entry) => changes.some(({ to }) => to.digest === entry.digest));

/** The invariants between two steps. */
async function check(history: History): Promise<void> {
  const [active, unproven] = [await history.active(), await history.unproven()];
  const { items } = await history.rollouts({ limit: 500 });
  expect(active).toEqual(items.filter(({ state }) => isUnderWay(state)));
  expect(unproven).toEqual(items.filter(({ state }) => state === 'unproven'));
  const open = [...active, ...unproven];
  expect(new Set(open.map(({ workload }) => workload)).size).toBe(open.length);
  const followed = items.flatMap(({ rollbackOf }) => rollbackOf ?? []);
  expect(new Set(followed).size).toBe(followed.length);
  for (const id of followed)
    expect(items.find((one) => one.id === id)).toMatchObject({ state: 'failed', kind: 'update' });

  for (const workload of workloads) {
    const hash = await redis.raw.hgetall(`{keelson}:h:workload:${workload}`);
    const own = active.find((one) => one.workload === workload);
    expect(hash.active).toBe(own?.id);
    expect(hash.unproven).toBe(unproven.find((one) => one.workload === workload)?.id);
    const kept = hash.record !== undefined || own !== undefined || Object.keys(hash).length === 0;
    const ttl = await redis.raw.ttl(`{keelson}:h:workload:${workload}`);
    expect({ workload, hash, forgotten: ttl > 0 }).toEqual({ workload, hash, forgotten: !kept });
    const state = await history.workload(workload);
    if (state === undefined) continue;
    expect(new Set(state.quarantine.map((entry) => entry.digest)).size).toBe(state.quarantine.length);
    expect(own?.kind === 'update' && own.state === 'pending' && state.hold !== undefined).toBe(false);
    expect(own !== undefined && isAgainst(state, own)).toBe(false);
  }
}

it('random calls one after the other keep the invariants (laws 4, 7 and 8)', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      await redis.raw.flushall();
      const history = redis.open();
      for (const workload of workloads) await history.putWorkload(record(workload));
      for (const { workload, action } of steps) {
        const begins = action.do === 'update' || action.do === 'rollback';
        const before = begins ? await history.workload(workload) : undefined;
        const stop = begins ? await history.stopFor(workload) : undefined;
        const begun = await act(history, workload, action);
        if (begun) outcomes.add(begun.result.outcome);
        if (begun?.result.outcome !== 'created' || before === undefined) continue;
        const after = await history.workload(workload);
        if (after === undefined) continue;
        expect(isAgainst(before, begun.wanted)).toBe(false);
        const inSpite = before.hold !== undefined || stop !== undefined;
        expect(inSpite && begun.wanted.kind !== 'rollback').toBe(false);
        const { lastGood } = after.digests.app ?? {};
        expect(after.quarantine.map((entry) => entry.digest)).not.toContain(lastGood);
      }
      await check(history);
    }),
    { numRuns: 60 },
  );
  expect([...outcomes].sort()).toEqual(['created', 'done', 'exists', 'on-hold', 'quarantined']);
});

it('random calls at the same time keep the invariants', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 2, maxLength: 5 }), { maxLength: 15 }), async (rounds) => {
      await redis.raw.flushall();
      const histories = [redis.open(), redis.open(), redis.open()] as const;
      for (const workload of workloads) await histories[0].putWorkload(record(workload));
      for (const round of rounds) {
        await Promise.all(
          round.map(({ workload, action }, i) => act(histories[i % 2 === 0 ? 1 : 2], workload, action)),
        );
        await check(histories[0]);
      }
    }),
    { numRuns: 60 },
  );
});
