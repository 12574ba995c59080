import { expect } from 'vitest';
import { badImages } from '../src/bad-images.ts';
import { exampleAnnotations } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { runCronJob } from '../src/run-cron-job.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

const kinds = [
  { kind: 'StatefulSet', path: '/apis/apps/v1', plural: 'statefulsets' },
  { kind: 'DaemonSet', path: '/apis/apps/v1', plural: 'daemonsets' },
  { kind: 'CronJob', path: '/apis/batch/v1', plural: 'cronjobs' },
] as const;

/** A workload of each kind, as people write it. */
function manifest(kind: (typeof kinds)[number]['kind'], namespace: string, image: string, more = {}) {
  const containers = [{ name: 'app', image, imagePullPolicy: 'Always' }];
  const metadata = { namespace, name: 'myapp', annotations: exampleAnnotations };
  const selector = { matchLabels: { app: 'myapp' } };
  const template = { metadata: { labels: { app: 'myapp' } }, spec: { containers } };
  switch (kind) {
    case 'StatefulSet':
      return {
        apiVersion: 'apps/v1',
        kind,
        metadata,
        spec: { replicas: 2, serviceName: 'myapp', selector, template, ...more },
      };
    case 'DaemonSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { selector, template, ...more } };
    case 'CronJob': {
      const jobTemplate = { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers } } } };
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
    expect(kind === 'CronJob' && (await newest())?.state !== 'unproven').toBe(false);
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

  it.for(kinds)(
    'a bad push to a $kind whose manifest is applied again is rolled back (law 6)',
    async ({ kind, path, plural }, { env, ns }) => {
      const id = `${ns.name}/${kind.toLowerCase()}/myapp`;
      const collection = `${path}/namespaces/${ns.name}/${plural}`;
      const body = manifest(kind, ns.name, ns.image('latest'));
      const apply = () =>
        env.kube.request({
          method: 'PATCH',
          path: `${collection}/myapp`,
          query: { fieldManager: 'kubectl', force: true },
          contentType: 'application/apply-patch+yaml',
          body,
        });
      const first = await ns.push('latest');
      await apply();
      await ns.startWorker();
      await waitUntil('what runs is known', async () => {
        await ns.checkById(id);
        return (await digests(ns, kind))?.rolledOut === first;
      });

      const good = await ns.push('latest');
      await ns.checkById(id);
      if (kind === 'CronJob') {
        await ns.reachedById(id, 'unproven', good);
        await runCronJob(env.kube, ns.name, 'myapp');
      }
      await ns.reachedById(id, 'succeeded', good);

      const bad = await ns.push('latest', badImages['a crash'].labels);
      await ns.checkById(id);
      const { transitions } = await waitUntil('it is written', async () => {
        // On a busy machine its rollback may be the newest by now.
        const { items } = await ns.history.rollouts({ workload: id });
        return items.find(({ written, changes: [to] }) => written !== undefined && to?.to.digest === bad);
      });
      await apply();
      // A Job with the tag alone counts from the second after the write.
      const at = transitions.find(({ code }) => code === 'written')?.at ?? 0;
      await waitUntil('that second is over', () => Math.floor(Date.now() / 1_000) > Math.floor(at / 1_000));
      if (kind === 'CronJob') await runCronJob(env.kube, ns.name, 'myapp');

      await ns.reachedById(id, 'failed', bad);
      expect((await ns.history.workload(id))?.quarantine.map(({ digest }) => digest)).toEqual([bad]);
      expect((await digests(ns, kind))?.lastGood).toBe(good);
    },
  );
});

onClusters('a push that no pod can run yet', (it) => {
  it('a push to a Deployment scaled to zero is proven by the pods of a later scale-up (law 14)', async ({ ns }) => {
    const first = await scaledToZero(ns);

    const pushed = await ns.push('latest');
    await ns.check('myapp');
    const rollout = await ns.reached('myapp', 'unproven', pushed);

    expect(rollout.transitions.at(-1)).toMatchObject({ code: 'scaled-to-zero' });
    expect((await digests(ns, 'deployment'))?.lastGood).toBe(first);
    await ns.patch('myapp', { spec: { replicas: 2 } });
    await ns.reached('myapp', 'succeeded', pushed);
    expect(await digests(ns, 'deployment')).toMatchObject({ lastGood: pushed, proven: true });
  });

  it('a bad push to a Deployment scaled to zero is rolled back once it is scaled up (law 14)', async ({ ns }) => {
    const first = await scaledToZero(ns);

    const bad = await ns.push('latest', badImages['a crash'].labels);
    await ns.check('myapp');
    await ns.reached('myapp', 'unproven', bad);
    await ns.patch('myapp', { spec: { replicas: 2 } });

    await ns.rolledBack('myapp', bad, first);
    const state = await ns.history.workload(`${ns.name}/deployment/myapp`);
    expect(state?.quarantine.map(({ digest }) => digest)).toEqual([bad]);
  });

  it.for([
    {
      kind: 'StatefulSet',
      plural: 'statefulsets',
      what: 'whose partition is lowered',
      spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
      body: { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } },
    },
    {
      kind: 'DaemonSet',
      plural: 'daemonsets',
      what: 'that replaces pods on delete',
      spec: { updateStrategy: { type: 'OnDelete' } },
      body: undefined,
    },
  ] as const)(
    'a bad push to a $kind $what is rolled back (law 14)',
    async ({ kind, plural, spec, body }, { env, ns }) => {
      const id = `${ns.name}/${kind.toLowerCase()}/myapp`;
      const collection = `/apis/apps/v1/namespaces/${ns.name}/${plural}`;
      const first = await ns.push('latest');
      await env.kube.request({
        method: 'POST',
        path: collection,
        body: manifest(kind, ns.name, ns.image('latest'), spec),
      });
      await ns.startWorker();
      await waitUntil('what runs is known to work', async () => {
        await ns.checkById(id);
        return (await digests(ns, kind))?.lastGood === first;
      });
      const bad = await ns.push('latest', badImages['a crash'].labels);
      await ns.checkById(id);
      await ns.reachedById(id, 'unproven', bad);

      const contentType = 'application/merge-patch+json';
      if (body) await env.kube.request({ method: 'PATCH', path: `${collection}/myapp`, body, contentType });
      else await env.kube.request({ method: 'DELETE', path: `/api/v1/namespaces/${ns.name}/pods` });

      await ns.reachedById(id, 'failed', bad);
      expect((await ns.history.workload(id))?.quarantine.map(({ digest }) => digest)).toEqual([bad]);
      expect((await digests(ns, kind))?.lastGood).toBe(first);
    },
  );
});

async function digests(ns: TestNamespace, kind: string) {
  return (await ns.history.workload(`${ns.name}/${kind.toLowerCase()}/myapp`))?.digests.app;
}

/** A Deployment that ran `latest`, was checked, and has no pods any more. Returns the digest that it ran. */
async function scaledToZero(ns: TestNamespace): Promise<string> {
  const first = await ns.push('latest');
  await ns.deploy({ name: 'myapp', image: ns.image('latest') });
  await ns.available('myapp');
  await ns.startWorker();
  await ns.checked('myapp');
  await ns.patch('myapp', { spec: { replicas: 0 } });
  await waitUntil('no pod is left', async () => (await ns.pods('myapp')).length === 0);
  return first;
}
