import { expect } from 'vitest';
import { exampleAnnotations } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { runCronJob } from '../src/run-cron-job.ts';
import { waitUntil } from '../src/wait-until.ts';

const kinds = [
  { kind: 'StatefulSet', path: '/apis/apps/v1', plural: 'statefulsets' },
  { kind: 'DaemonSet', path: '/apis/apps/v1', plural: 'daemonsets' },
  { kind: 'CronJob', path: '/apis/batch/v1', plural: 'cronjobs' },
] as const;

/** A workload of each kind, as people write it. */
function manifest(kind: (typeof kinds)[number]['kind'], namespace: string, image: string) {
  const containers = [{ name: 'app', image, imagePullPolicy: 'Always' }];
  const metadata = { namespace, name: 'myapp', annotations: exampleAnnotations };
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

onClusters('every kind of workload', (it) => {
  it.for(kinds)('Keelson rolls out a push in a $kind', async ({ kind, path, plural }, { env, ns }) => {
    const id = `${ns.name}/${kind.toLowerCase()}/myapp`;
    const collection = `${path}/namespaces/${ns.name}/${plural}`;
    const first = await ns.push('latest');
    await env.kube.request({
      method: 'POST',
      path: collection,
      body: manifest(kind, ns.name, ns.image('latest')),
    });
    await ns.startWorker();
    await waitUntil('it was checked, and what runs is known', async () => {
      await ns.checkById(id);
      const state = await ns.history.workload(id);
      return state?.digests.app?.rolledOut === first;
    });

    const pushed = await ns.push('latest');
    await ns.checkById(id);
    const newest = async () => (await ns.history.rollouts({ workload: id })).items[0];
    await waitUntil('it is written', async () => (await newest())?.written !== undefined);
    // No Job of a CronJob has run it yet, however often that is checked.
    if (kind === 'CronJob') await ns.checkedAgainById(id);
    expect(kind === 'CronJob' && (await newest())?.state !== 'verifying').toBe(false);
    if (kind === 'CronJob') await runCronJob(env.kube, ns.name, 'myapp');
    const rollout = await waitUntil('it is rolled out', async () => {
      const [newest] = (await ns.history.rollouts({ workload: id })).items;
      return newest?.state === 'succeeded' && newest;
    });

    expect(rollout.changes).toMatchObject([{ container: 'app', to: { tag: 'latest', digest: pushed } }]);
    expect((await ns.history.rollouts({ workload: id })).items).toHaveLength(1);
    const written = JSON.stringify(await env.kube.request({ path: `${collection}/myapp` }));
    expect(written).toContain(`"image":"${ns.image('latest')}@${pushed}"`);
  });

  it('Keelson rolls out a push in a Deployment scaled to zero without waiting for pods', async ({ ns }) => {
    await ns.push('latest');
    await ns.deploy({ name: 'myapp', image: ns.image('latest'), replicas: 0 });
    await ns.startWorker();
    await ns.checked('myapp');

    const pushed = await ns.push('latest');
    await ns.check('myapp');
    const rollout = await ns.rolledOut('myapp', pushed);

    expect(rollout.transitions.at(-1)).toMatchObject({ code: 'scaled-to-zero' });
  });
});
