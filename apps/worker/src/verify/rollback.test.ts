import type { Digest } from '@keelson/image';
import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const crash = { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': 'Error: no DATABASE_URL' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 } },
);

/** Kind, state and digest of each rollout, the newest first. */
const summaries = async () =>
  (await ns.rollouts('web')).map(({ kind, state, changes }) => ({ kind, state, to: changes[0]?.to.digest }));

/** A Deployment that runs a good digest, recorded and checked. Returns that digest. */
async function runGood(annotations: Readonly<Record<string, string>> = {}): Promise<Digest> {
  const good = await ns.running('web', { annotations: { ...followed, ...annotations } });
  await ns.record('web');
  await ns.check('web');
  return good;
}

async function pushBad(): Promise<Digest> {
  const bad = await ns.push('latest', crash);
  await ns.check('web');
  return bad;
}

it('a failed rollout is rolled back, and its digest not offered again (laws 7 and 8)', async () => {
  const good = await runGood();
  const bad = await pushBad();
  await ns.work(async () => expect((await ns.newest('web'))?.kind).toBe('rollback'));
  await ns.work(async () => expect((await ns.newest('web'))?.state).toBe('succeeded'));

  expect(await summaries()).toEqual([
    { kind: 'rollback', state: 'succeeded', to: good },
    { kind: 'update', state: 'failed', to: bad },
  ]);
  await soon(() => expect(ns.workload('web').containers[0]?.image).toBe(`${ns.image('latest')}@${good}`));
  const [rollback, failed] = await ns.rollouts('web');
  expect(rollback).toMatchObject({ rollbackOf: failed?.id, trigger: 'verdict', code: 'rolled-back' });
  const state = await ns.state('web');
  expect(state.quarantine).toMatchObject([{ container: 'app', digest: bad, code: 'crash-loop', rollout: failed?.id }]);
  expect(state.digests['app']).toMatchObject({ rolledOut: good, lastGood: good });

  const check = await ns.check('web');
  expect(check).toMatchObject({ code: 'quarantined' });
  expect(await summaries()).toHaveLength(2);
});

it('the push after a rollback is rolled out', async () => {
  await runGood();
  await pushBad();
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'succeeded' }));
  const next = await ns.push('latest');
  await soon(() => ns.settled('web'));
  await ns.check('web');
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'update', state: 'succeeded' }));

  expect((await summaries())[0]).toEqual({ kind: 'update', state: 'succeeded', to: next });
});

it('a failed rollback holds the workload, which is not written again (law 8)', async () => {
  const good = await runGood();
  await pushBad();
  // What was good no longer starts: nodes cannot pull it.
  const path = `/manifests/${good}`;
  ns.env.registry.faults.inject({ method: 'GET', path, fault: { type: 'status', status: 404 } });
  await ns.work(async () => expect((await ns.newest('web'))?.kind).toBe('rollback'));
  const id = (await ns.newest('web'))?.id ?? '';
  // Its deadline passes at once.
  ns.clock.ahead = 3_600_000;
  await ns.work(async () => expect((await ns.rollout(id)).state).toBe('failed'));

  const state = await ns.state('web');
  expect(state.hold).toMatchObject({ code: 'rollback-failed' });
  expect(state.quarantine.map(({ digest }) => digest)).not.toContain(good);
  expect(state.active).toBeUndefined();
  await ns.push('latest');
  expect(await ns.check('web')).toMatchObject({ code: 'on-hold' });
  expect(await summaries()).toHaveLength(2);
});

it('a rollback to a digest that the registry no longer has holds the workload and writes nothing', async () => {
  const good = await runGood();
  const bad = await pushBad();
  ns.env.registry.faults.inject({
    method: 'HEAD',
    path: `/manifests/${good}`,
    fault: { type: 'status', status: 404 },
  });
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'failed' }));

  expect((await ns.newest('web'))?.transitions.at(-1)).toMatchObject({ code: 'last-good-gone' });
  expect((await ns.state('web')).hold).toMatchObject({ code: 'last-good-gone' });
  expect(ns.workload('web').containers[0]?.image).toContain(bad);
});

it('a rollback goes on while the registry is unavailable', async () => {
  const good = await runGood();
  await pushBad();
  const heal = ns.env.registry.faults.inject({
    method: 'HEAD',
    path: `/manifests/${good}`,
    fault: { type: 'reset' },
  });
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'succeeded' }));
  heal();

  expect((await ns.newest('web'))?.transitions[1]?.message).toMatch(/Could not check/);
});

it.each([
  ['hold', 'manual-rollback-required'],
  ['off', undefined],
])('a failed rollout is not rolled back with keelson.sh/rollback: %s', async (mode, hold) => {
  await runGood({ 'keelson.sh/rollback': mode });
  const bad = await pushBad();
  await ns.work(async () => expect((await ns.newest('web'))?.state).toBe('failed'));

  expect(await summaries()).toEqual([{ kind: 'update', state: 'failed', to: bad }]);
  const state = await ns.state('web');
  expect(state.hold?.code).toBe(hold);
  expect(state.quarantine).toHaveLength(1);
});

it('a failed rollout is rolled back though a pod had pulled the push by itself before the tag was checked', async () => {
  const good = await runGood();
  const bad = await ns.push('latest', crash);
  await ns.patch('web', { spec: { template: { metadata: { annotations: { somebody: 'restarts it' } } } } });
  await soon(() => {
    const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
    expect(pods[0]?.containers[0]).toMatchObject({ waiting: { reason: 'CrashLoopBackOff' } });
  });
  await ns.check('web');
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'succeeded' }));

  expect(await summaries()).toEqual([
    { kind: 'rollback', state: 'succeeded', to: good },
    { kind: 'update', state: 'failed', to: bad },
  ]);
});

it('an image is not blamed for a workload that was unhealthy before (law 6)', async () => {
  await ns.push('latest', crash);
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await soon(() => {
    const pods = ns.deps.view.pods(ns.workload('web'));
    expect(pods[0]?.containers[0]?.waiting?.reason).toBe('CrashLoopBackOff');
  });
  await ns.record('web');
  await ns.check('web');
  const other = await pushBad();
  await ns.work(async () => expect((await ns.newest('web'))?.state).toBe('failed'));

  expect(await summaries()).toEqual([{ kind: 'update', state: 'failed', to: other }]);
  expect((await ns.newest('web'))?.transitions.at(-1)).toMatchObject({ code: 'unhealthy-before' });
  expect((await ns.state('web')).quarantine).toEqual([]);
});

it('a complete rollout is soaked, and rolled back when it crashes later', async () => {
  const good = await runGood({ 'keelson.sh/soak': '1h' });
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'late-crash', 'sh.keelson.after': '1500' });
  await ns.check('web');
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'succeeded' }));

  const [rollback, failed] = await ns.rollouts('web');
  expect(failed?.transitions.map(({ code }) => code)).toContain('soaking');
  expect(failed?.changes[0]?.to.digest).toBe(bad);
  expect(rollback?.changes[0]?.to.digest).toBe(good);
});
