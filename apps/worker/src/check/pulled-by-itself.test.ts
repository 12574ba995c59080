import { expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  // What crashed stays as it is, and does not pull the next push.
  { times: { pullMs: 500, readyMs: 50, backoffMs: 60_000 } },
);

/** A pod has pulled a bad push. */
async function crashed(): Promise<void> {
  await soon(() => {
    const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
    expect(pods.map(({ containers }) => containers[0]?.waiting?.reason)).toContain('CrashLoopBackOff');
  });
}

it('a check of a workload on hold does not call it unhealthy for a push that pods pulled by themselves (law 6)', async () => {
  await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.patch('web', { spec: { replicas: 2 } });
  await crashed();
  await ns.deps.history.hold(ns.id('web'), { code: 'paused', message: 'Paused.', at: 1 });
  await ns.push('latest');

  const check = await ns.check('web');
  await ns.deps.history.resume(ns.id('web'));
  await ns.check('web');

  expect(check?.code).toBe('on-hold');
  expect(check?.unhealthy).toBeUndefined();
  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ state: 'pending' });
  expect(rollout?.unhealthyBefore).toBeUndefined();
});

it('a push that pods pulled by themselves is blamed for its crash though the workload was being scaled at the check before (laws 6 and 7)', async () => {
  await ns.running('web');
  await ns.record('web');
  const interval = Date.now();
  await ns.check('web', interval);
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.patch('web', { spec: { replicas: 2 } });
  await soon(() => {
    const { conditions } = ns.workload('web').status;
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'False' }));
  });

  const check = await ns.check('web', interval);
  await crashed();
  await ns.check('web');

  expect(check?.unhealthy).toBeUndefined();
  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ state: 'pending' });
  expect(rollout?.unhealthyBefore).toBeUndefined();
});
