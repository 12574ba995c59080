import type { Rollout } from '@keelson/history';
import { expect, it } from 'vitest';
import type { BadImage, BadKind } from '../../src/bad-images.ts';
import { badImages, pushBad } from '../../src/bad-images.ts';
import type { FluxScene } from '../../src/flux-scene.ts';
import { openFluxScene } from '../../src/flux-scene.ts';
import type { Ground } from '../../src/on-clusters.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { begin, rollOut } from '../../src/story.ts';
import { until } from '../../src/until.ts';
import { withoutPolicy } from '../../src/ways.ts';

const { nobody } = withoutPolicy;
const soak = { 'keelson.sh/soak': '5s' };

const failing: readonly BadKind[] = [
  'a crash',
  'one that no node can pull',
  'one that is killed for its memory',
  'one whose configuration is missing',
  'one whose program is missing',
  'one that is never ready',
  'a crash after it was ready',
  'readiness that does not last',
];

const held = [
  { status: 429, code: 'registry-rate-limited' },
  { status: 401, code: 'registry-unauthorized' },
  { status: 503, code: 'registry-unreachable' },
] as const;

/** The newest rollout once its last step has this code. */
function says(scene: FluxScene, code: string): Promise<Rollout> {
  return until(`${code} is said`, async () => {
    const [newest] = await scene.rollouts('myapp');
    return newest?.transitions.at(-1)?.code === code && newest;
  });
}

/** A Deployment that has rolled something out. */
async function why(ground: Ground, annotations: Readonly<Record<string, string>> = {}) {
  const scene = await openFluxScene(ground);
  await begin(scene, nobody, { annotations });
  return { scene, good: await rollOut(scene) };
}

onClusters('what pods tell of a push', (ground) => {
  it.concurrent.for(failing)('%s fails it, and is kept away', async (kind) => {
    const bad: BadImage = badImages[kind];
    const { scene, good } = await why(ground, bad.annotations);
    await using _ = scene;
    await scene.complete('myapp');

    const { digest } = await pushBad(scene, bad);
    await scene.ask('myapp');
    const failed = await scene.came('myapp', 'failed', digest);
    await scene.came('myapp', 'succeeded', good, 'rollback');

    expect(bad.codes).toContain(failed.transitions.at(-1)?.code);
    expect(failed.evidence).toMatchObject({ container: 'app' });
    const { quarantine } = (await scene.history.workload(scene.id('myapp'))) ?? {};
    expect(quarantine).toMatchObject([{ container: 'app', digest, rollout: failed.id }]);
  });

  it.concurrent.for(held)('$code holds it, and it goes on when that is over', async ({ status, code }) => {
    const { scene } = await why(ground, { 'keelson.sh/deadline': '8s' });
    await using _ = scene;
    const { digest, mend } = await pushBad(scene, { labels: {}, codes: [], refused: status });
    await scene.ask('myapp');

    expect((await says(scene, code)).state).toBe('verifying');
    mend();
    const rollout = await scene.came('myapp', 'succeeded', digest);

    expect(rollout.transitions.map((step) => step.code)).toEqual(expect.arrayContaining([code, 'available']));
    expect(await scene.rollouts('myapp')).toHaveLength(2);
    expect((await scene.history.workload(scene.id('myapp')))?.quarantine).toEqual([]);
  });

  it.concurrent('a Deployment that is paused is waited for', async () => {
    const { scene } = await why(ground, { 'keelson.sh/deadline': '4s' });
    await using _ = scene;
    await scene.patch('myapp', { spec: { paused: true } });
    const pushed = await scene.push('latest');
    await scene.ask('myapp');
    await scene.came('myapp', 'verifying', pushed);

    // Past its deadline.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await scene.rollouts('myapp'))[0]?.state).toBe('verifying');
    await scene.patch('myapp', { spec: { paused: false } });

    await scene.came('myapp', 'succeeded', pushed);
    await scene.runs('myapp', pushed);
  });

  it.concurrent('an autoscaler at work in the middle of the soak fails nothing', async () => {
    const { scene } = await why(ground, soak);
    await using _ = scene;
    const pushed = await scene.push('latest', { 'sh.keelson.outcome': 'slow', 'sh.keelson.after': '1000' });
    await scene.ask('myapp');
    await says(scene, 'soaking');

    await scene.patch('myapp', { spec: { replicas: 4 } });
    await scene.complete('myapp');
    await scene.patch('myapp', { spec: { replicas: 2 } });

    expect((await scene.came('myapp', 'succeeded', pushed)).transitions.at(-1)?.code).toBe('soaked');
  });

  it.concurrent('a newer push in the middle takes its place, and what was good before both is what comes back', async () => {
    const { scene, good } = await why(ground);
    await using _ = scene;
    await scene.complete('myapp');
    const never = await scene.push('latest', badImages['one that is never ready'].labels);
    await scene.ask('myapp');
    await scene.came('myapp', 'verifying', never);

    const crash = await scene.push('latest', badImages['a crash'].labels);
    await scene.ask('myapp');
    await scene.came('myapp', 'superseded', never);
    await scene.came('myapp', 'failed', crash);
    await scene.came('myapp', 'succeeded', good, 'rollback');

    await scene.runs('myapp', good);
    const { quarantine } = (await scene.history.workload(scene.id('myapp'))) ?? {};
    expect(quarantine?.map(({ digest }) => digest)).toEqual([crash]);
  });
});

onClusters(
  'what the cluster tells of a push',
  (ground) => {
    it('a quota that allows no more pods holds it, and it goes on when that is over', async () => {
      const { scene } = await why(ground, { 'keelson.sh/deadline': '8s' });
      await using _ = scene;
      await scene.complete('myapp');
      const quotas = `/api/v1/namespaces/${scene.namespace}/resourcequotas`;
      const { kube } = ground.stage;
      const hard = { pods: '2' };
      await kube.request({
        method: 'POST',
        path: quotas,
        body: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard } },
      });
      await until('the quota counts', async () =>
        JSON.stringify(await kube.request({ path: `${quotas}/pods` })).includes('"used":{"pods":"2"}'),
      );

      const pushed = await scene.push('latest');
      await scene.ask('myapp');
      expect((await says(scene, 'quota-exceeded')).state).toBe('verifying');
      await kube.request({ method: 'DELETE', path: `${quotas}/pods` });

      await scene.came('myapp', 'succeeded', pushed);
      expect((await scene.history.workload(scene.id('myapp')))?.quarantine).toEqual([]);
    });
  },
  // The simulated cluster has no quotas.
  { clusters: ['real'] },
);
