import type { Rollout } from '@keelson/history';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { badImages } from '../../src/bad-images.ts';
import type { FluxScene } from '../../src/flux-scene.ts';
import { openFluxScene } from '../../src/flux-scene.ts';
import { post } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { runCronJob } from '../../src/run-cron-job.ts';
import { until } from '../../src/until.ts';

const crash = badImages['a crash'].labels;
const pods = z.object({ items: z.array(z.object({ metadata: z.object({ uid: z.string(), name: z.string() }) })) });

/** A workload `myapp` of another kind than Deployment: how it is written, asked about and read. */
async function stand(scene: FluxScene, kind: 'StatefulSet' | 'DaemonSet' | 'CronJob') {
  const { kube } = scene.stage;
  const { namespace } = scene;
  const group = kind === 'CronJob' ? 'batch' : 'apps';
  const id = `${namespace}/${kind.toLowerCase()}/myapp`;
  const containers = [{ name: 'app', image: scene.image('latest'), imagePullPolicy: 'Always' }];
  const template = { metadata: { labels: { app: 'myapp' } }, spec: { containers } };
  const job = { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers } } };
  const specs = {
    StatefulSet: { replicas: 2, serviceName: 'myapp', selector: { matchLabels: { app: 'myapp' } }, template },
    DaemonSet: { selector: { matchLabels: { app: 'myapp' } }, template },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: job } },
  };
  const first = await scene.push('latest');
  await kube.request({
    method: 'POST',
    path: `/apis/${group}/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
    body: { apiVersion: `${group}/v1`, kind, metadata: { name: 'myapp', annotations: post }, spec: specs[kind] },
  });
  await scene.startWorker();
  await until('what it runs is known', async () => {
    await scene.askFor(id);
    return (await scene.history.workload(id))?.digests.app?.rolledOut === first;
  });
  const came = (state: Rollout['state'], digest: string, of: Rollout['kind'] = 'update') =>
    until(`${of} to ${digest} ${state}`, async () => {
      const { items } = await scene.history.rollouts({ workload: id });
      const found = items.find((each) => each.kind === of && each.changes.some(({ to }) => to.digest === digest));
      return found?.state === state && found;
    });
  return {
    first,
    came,
    /** Pushes to `latest`, and asks. */
    push: async (labels?: Readonly<Record<string, string>>): Promise<string> => {
      const digest = await scene.push('latest', labels);
      await scene.askFor(id);
      return digest;
    },
    quarantined: async () => (await scene.history.workload(id))?.quarantine.map(({ digest }) => digest),
    /** By name, the uid of each pod. */
    uids: async (): Promise<Readonly<Record<string, string>>> => {
      const query = { labelSelector: 'app=myapp' };
      const { items } = pods.parse(await kube.request({ path: `/api/v1/namespaces/${namespace}/pods`, query }));
      return Object.fromEntries(items.map(({ metadata: { name, uid } }) => [name, uid]));
    },
    serving: (digest: string, count: number) =>
      until(`${count} pods run ${digest}`, async () => {
        const found = await scene.pods('myapp');
        const good = found.filter(({ status }) =>
          status.containerStatuses.some(({ ready, imageID }) => ready && imageID.endsWith(digest)),
        );
        return found.length === count && good.length === count;
      }),
  };
}

onClusters('a bad push', (ground) => {
  it.concurrent('to a StatefulSet is rolled back, its stuck pod is replaced, and the one below it stays', async () => {
    await using scene = await openFluxScene(ground);
    const { came, push, serving, uids, quarantined } = await stand(scene, 'StatefulSet');
    const good = await push();
    await came('succeeded', good);
    await serving(good, 2);
    const before = await uids();

    const bad = await push(crash);
    await came('failed', bad);
    await came('succeeded', good, 'rollback');

    await serving(good, 2);
    const after = await uids();
    expect(after['myapp-0']).toBe(before['myapp-0']);
    expect(after['myapp-1']).not.toBe(before['myapp-1']);
    expect(await quarantined()).toEqual([bad]);
    const next = await push();
    await came('succeeded', next);
    await serving(next, 2);
  });

  it.concurrent('to a DaemonSet is rolled back', async () => {
    await using scene = await openFluxScene(ground);
    const { came, push, serving, quarantined } = await stand(scene, 'DaemonSet');
    const good = await push();
    await came('succeeded', good);

    const bad = await push(crash);
    await came('failed', bad);
    await came('succeeded', good, 'rollback');

    await serving(good, 1);
    expect(await quarantined()).toEqual([bad]);
    const next = await push();
    await came('succeeded', next);
    await serving(next, 1);
  });

  it.concurrent('to a CronJob is rolled back once a run has failed', async () => {
    await using scene = await openFluxScene(ground);
    const { came, push, quarantined } = await stand(scene, 'CronJob');
    const run = () => runCronJob(ground.stage.kube, scene.namespace, 'myapp');
    const good = await push();
    await came('verifying', good);
    await run();
    await came('succeeded', good);

    const bad = await push(crash);
    await came('verifying', bad);
    await run();
    const failed = await came('failed', bad);
    // A run of it has ended well before, so that it needs no other one.
    await came('succeeded', good, 'rollback');
    const path = `/apis/batch/v1/namespaces/${scene.namespace}/cronjobs/myapp`;
    const live = JSON.stringify(await ground.stage.kube.request({ path }));
    expect(live).toContain(`"image":"${scene.image('latest')}@${good}"`);

    expect(failed.transitions.at(-1)?.code).toBe('run-failed');
    expect(await quarantined()).toEqual([bad]);
  });
});
