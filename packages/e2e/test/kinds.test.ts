import { expect, it } from 'vitest';
import { post } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import { runCronJob } from '../src/run-cron-job.ts';
import { quiet, until } from '../src/until.ts';

const kinds = [
  { kind: 'StatefulSet', path: '/apis/apps/v1', plural: 'statefulsets' },
  { kind: 'DaemonSet', path: '/apis/apps/v1', plural: 'daemonsets' },
  { kind: 'CronJob', path: '/apis/batch/v1', plural: 'cronjobs' },
] as const;

/** A workload of each kind, as people write it. */
function manifest(kind: (typeof kinds)[number]['kind'], namespace: string, image: string) {
  const containers = [{ name: 'app', image, imagePullPolicy: 'Always' }];
  const metadata = { namespace, name: 'myapp', annotations: post };
  const selector = { matchLabels: { app: 'myapp' } };
  const template = { metadata: { labels: { app: 'myapp' } }, spec: { containers } };
  switch (kind) {
    case 'StatefulSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 2, serviceName: 'myapp', selector, template } };
    case 'DaemonSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { selector, template } };
    case 'CronJob': {
      const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers } } } };
      return { apiVersion: 'batch/v1', kind, metadata, spec: { schedule: '0 0 1 1 *', jobTemplate } };
    }
  }
}

onStages('every kind of workload', (play) => {
  it.each(kinds)('rolls out a push in a $kind', async ({ kind, path, plural }) => {
    const { scene, stage } = play;
    const id = `${scene.namespace}/${kind.toLowerCase()}/myapp`;
    const collection = `${path}/namespaces/${scene.namespace}/${plural}`;
    const first = await scene.push('latest');
    await stage.kube.request({
      method: 'POST',
      path: collection,
      body: manifest(kind, scene.namespace, scene.image('latest')),
    });
    await scene.startWorker();
    await until('it was looked at, and what runs is known', async () => {
      await scene.askFor(id);
      const state = await scene.history.workload(id);
      return state?.digests.app?.rolledOut === first;
    });

    const pushed = await scene.push('latest');
    await scene.askFor(id);
    const newest = async () => (await scene.history.rollouts({ workload: id })).items[0];
    await until('it is written', async () => (await newest())?.written !== undefined);
    // No Job of a CronJob has run it yet, however long that is looked at.
    if (kind === 'CronJob') await quiet(1_500);
    expect(kind === 'CronJob' && (await newest())?.state !== 'verifying').toBe(false);
    if (kind === 'CronJob') await runCronJob(stage.kube, scene.namespace, 'myapp');
    const rollout = await until('it is rolled out', async () => {
      const [newest] = (await scene.history.rollouts({ workload: id })).items;
      return newest?.state === 'succeeded' && newest;
    });

    expect(rollout.changes).toMatchObject([{ container: 'app', to: { tag: 'latest', digest: pushed } }]);
    expect((await scene.history.rollouts({ workload: id })).items).toHaveLength(1);
    const written = JSON.stringify(await stage.kube.request({ path: `${collection}/myapp` }));
    expect(written).toContain(`"image":"${scene.image('latest')}@${pushed}"`);
  });

  it('rolls out a push in a Deployment that is scaled to zero, without waiting for pods', async () => {
    const { scene } = play;
    await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest'), replicas: 0 });
    await scene.startWorker();
    await scene.watched('myapp');

    const pushed = await scene.push('latest');
    await scene.ask('myapp');
    const rollout = await scene.rolledOut('myapp', pushed);

    expect(rollout.transitions.at(-1)).toMatchObject({ code: 'scaled-to-zero' });
  });
});
