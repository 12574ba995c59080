import type { Rollout } from '@keelson/history';
import { expect } from 'vitest';
import type { BadImage, BadKind } from '../../src/bad-images.ts';
import { badImages, pushBad } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { begin, rollOut } from '../../src/story.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { nobody } = withoutPolicy;
const soak = { 'keelson.sh/soak': '5s' };

/** What no story on the real cluster begins with. */
const withoutStory: readonly BadKind[] = [
  'one that no node can pull',
  'one that is killed for its memory',
  'readiness that does not last',
];

const failing: readonly BadKind[] = [
  ...withoutStory,
  'a crash',
  'one whose configuration is missing',
  'one whose program is missing',
  'one that is never ready',
  'a crash after it was ready',
];

const waiting = [
  { status: 429, code: 'registry-rate-limited' },
  { status: 401, code: 'registry-unauthorized' },
  { status: 503, code: 'registry-unreachable' },
] as const;

/** The newest rollout once its last step has this code. */
function recorded(ns: TestNamespace, code: string): Promise<Rollout> {
  return ns.inHistory(`${code} is recorded`, async () => {
    const [newest] = await ns.rollouts('myapp');
    return newest?.transitions.at(-1)?.code === code && newest;
  });
}

/** Deploys a workload and rolls out a good push, whose digest is returned. */
async function beginRolledOut(ns: TestNamespace, annotations: Readonly<Record<string, string>> = {}): Promise<string> {
  await begin(ns, nobody, { annotations });
  return rollOut(ns);
}

/**
 * On the simulated cluster everything that pods may say; on the real one what the stories there do not have, and one of the answers of a registry.
 * That nodes say the same of every image on both is shown by the contract of packages/testkit.
 */
onClusters('what pods say of a push', (it, cluster) => {
  const isReal = cluster === 'real';

  it.for(isReal ? withoutStory : failing)(
    '%s fails the rollout, and its digest is quarantined (laws 6 and 7)',
    async (kind, { ns }) => {
      const bad: BadImage = badImages[kind];
      const good = await beginRolledOut(ns, bad.annotations);
      await ns.complete('myapp');

      const { digest } = await pushBad(ns, bad);
      await ns.check('myapp');
      const failed = await ns.reached('myapp', 'failed', digest);
      await ns.reached('myapp', 'succeeded', good, 'rollback');

      expect(bad.codes).toContain(failed.transitions.at(-1)?.code);
      expect(failed.evidence).toMatchObject({ container: 'app' });
      const { quarantine } = (await ns.history.workload(ns.id('myapp'))) ?? {};
      expect(quarantine).toMatchObject([{ container: 'app', digest, rollout: failed.id }]);
    },
  );

  it.for(isReal ? waiting.slice(0, 1) : waiting)(
    'a rollout waits while its pods have $code, and goes on afterwards',
    async ({ status, code }, { ns }) => {
      await beginRolledOut(ns, { 'keelson.sh/deadline': '8s' });
      const { digest, fix } = await pushBad(ns, { labels: {}, codes: [], refused: status });
      await ns.check('myapp');

      expect((await recorded(ns, code)).state).toBe('verifying');
      fix();
      const rollout = await ns.reached('myapp', 'succeeded', digest);

      expect(rollout.transitions.map((step) => step.code)).toEqual(expect.arrayContaining([code, 'available']));
      expect(await ns.rollouts('myapp')).toHaveLength(2);
      expect((await ns.history.workload(ns.id('myapp')))?.quarantine).toEqual([]);
    },
  );

  it('a rollout waits for a paused Deployment, past its deadline too', async ({ ns }) => {
    await beginRolledOut(ns, { 'keelson.sh/deadline': '4s' });
    await ns.patch('myapp', { spec: { paused: true } });
    const pushed = await ns.push('latest');
    await ns.check('myapp');
    await ns.reached('myapp', 'verifying', pushed);

    // Past its deadline.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await ns.rollouts('myapp'))[0]?.state).toBe('verifying');
    await ns.patch('myapp', { spec: { paused: false } });

    await ns.reached('myapp', 'succeeded', pushed);
    await ns.runs('myapp', pushed);
  });

  it('an autoscaler at work in the middle of the soak fails nothing (law 6)', async ({ ns }) => {
    await beginRolledOut(ns, soak);
    const pushed = await ns.push('latest', { 'sh.keelson.outcome': 'slow', 'sh.keelson.after': '1000' });
    await ns.check('myapp');
    await recorded(ns, 'soaking');

    await ns.patch('myapp', { spec: { replicas: 4 } });
    await ns.complete('myapp');
    await ns.patch('myapp', { spec: { replicas: 2 } });

    expect((await ns.reached('myapp', 'succeeded', pushed)).transitions.at(-1)?.code).toBe('soaked');
  });

  it('a newer push supersedes a rollout, and a rollback goes to what was good before both (laws 5 and 8)', async ({
    ns,
  }) => {
    const good = await beginRolledOut(ns);
    await ns.complete('myapp');
    const never = await ns.push('latest', badImages['one that is never ready'].labels);
    await ns.check('myapp');
    await ns.reached('myapp', 'verifying', never);

    const crash = await ns.push('latest', badImages['a crash'].labels);
    await ns.check('myapp');
    await ns.reached('myapp', 'superseded', never);
    await ns.reached('myapp', 'failed', crash);
    await ns.reached('myapp', 'succeeded', good, 'rollback');

    await ns.runs('myapp', good);
    const { quarantine } = (await ns.history.workload(ns.id('myapp'))) ?? {};
    expect(quarantine?.map(({ digest }) => digest)).toEqual([crash]);
  });
});

onClusters(
  'what the cluster says of a push',
  (it) => {
    it('a rollout waits while a quota allows no more pods, and goes on afterwards', async ({ env, ns }) => {
      await beginRolledOut(ns, { 'keelson.sh/deadline': '8s' });
      await ns.complete('myapp');
      const quotas = `/api/v1/namespaces/${ns.name}/resourcequotas`;
      const { kube } = env;
      const hard = { pods: '2' };
      await kube.request({
        method: 'POST',
        path: quotas,
        body: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard } },
      });
      await waitUntil('the quota counts', async () =>
        JSON.stringify(await kube.request({ path: `${quotas}/pods` })).includes('"used":{"pods":"2"}'),
      );

      const pushed = await ns.push('latest');
      await ns.check('myapp');
      expect((await recorded(ns, 'quota-exceeded')).state).toBe('verifying');
      await kube.request({ method: 'DELETE', path: `${quotas}/pods` });

      await ns.reached('myapp', 'succeeded', pushed);
      expect((await ns.history.workload(ns.id('myapp')))?.quarantine).toEqual([]);
    });
  },
  // The simulated cluster has no quotas.
  { clusters: ['real'] },
);
