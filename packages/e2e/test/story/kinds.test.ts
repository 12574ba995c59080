import type { Rollout } from '@keelson/history';
import { expect } from 'vitest';
import { z } from 'zod';
import { badImages } from '../../src/bad-images.ts';
import { exampleAnnotations } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { runCronJob } from '../../src/run-cron-job.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';

const crash = badImages['a crash'].labels;
const pods = z.object({ items: z.array(z.object({ metadata: z.object({ uid: z.string(), name: z.string() }) })) });

/** Makes a workload `myapp` of another kind than Deployment that runs `latest` and was checked. */
async function deployOther(ns: TestNamespace, kind: 'StatefulSet' | 'DaemonSet' | 'CronJob') {
  const { kube } = ns.env;
  const namespace = ns.name;
  const group = kind === 'CronJob' ? 'batch' : 'apps';
  const id = `${namespace}/${kind.toLowerCase()}/myapp`;
  const containers = [{ name: 'app', image: ns.image('latest'), imagePullPolicy: 'Always' }];
  const template = { metadata: { labels: { app: 'myapp' } }, spec: { containers } };
  const job = { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers } } };
  const specs = {
    StatefulSet: { replicas: 2, serviceName: 'myapp', selector: { matchLabels: { app: 'myapp' } }, template },
    DaemonSet: { selector: { matchLabels: { app: 'myapp' } }, template },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: job } },
  };
  const first = await ns.push('latest');
  await kube.request({
    method: 'POST',
    path: `/apis/${group}/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
    body: {
      apiVersion: `${group}/v1`,
      kind,
      metadata: { name: 'myapp', annotations: exampleAnnotations },
      spec: specs[kind],
    },
  });
  await ns.startWorker();
  await waitUntil('what it runs is known', async () => {
    await ns.checkById(id);
    return (await ns.history.workload(id))?.digests.app?.rolledOut === first;
  });
  const came = (state: Rollout['state'], digest: string, kind: Rollout['kind'] = 'update') =>
    ns.reachedById(id, state, digest, kind);
  return {
    first,
    came,
    /** Pushes to `latest`, and requests a check. */
    push: async (labels?: Readonly<Record<string, string>>): Promise<string> => {
      const digest = await ns.push('latest', labels);
      await ns.checkById(id);
      return digest;
    },
    quarantined: async () => (await ns.history.workload(id))?.quarantine.map(({ digest }) => digest),
    /** By name, the uid of each pod. */
    uids: async (): Promise<Readonly<Record<string, string>>> => {
      const query = { labelSelector: 'app=myapp' };
      const { items } = pods.parse(await kube.request({ path: `/api/v1/namespaces/${namespace}/pods`, query }));
      return Object.fromEntries(items.map(({ metadata: { name, uid } }) => [name, uid]));
    },
    serving: (digest: string, count: number) =>
      waitUntil(`${count} pods run ${digest}`, async () => {
        const found = await ns.pods('myapp');
        const good = found.filter(({ status }) =>
          status.containerStatuses.some(({ ready, imageID }) => ready && imageID.endsWith(digest)),
        );
        return found.length === count && good.length === count;
      }),
  };
}

onClusters('a bad push to another kind than Deployment', (it) => {
  it('a bad push to a StatefulSet is rolled back, its stuck pod is replaced, and the one below it stays (law 8)', async ({
    ns,
  }) => {
    const { came, push, serving, uids, quarantined } = await deployOther(ns, 'StatefulSet');
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

  it('a bad push to a DaemonSet is rolled back (law 8)', async ({ ns }) => {
    const { came, push, serving, quarantined } = await deployOther(ns, 'DaemonSet');
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

  it('a bad push to a CronJob is rolled back once a run has failed (law 8)', async ({ env, ns }) => {
    const { came, push, quarantined } = await deployOther(ns, 'CronJob');
    const run = () => runCronJob(env.kube, ns.name, 'myapp');
    const good = await push();
    await came('unproven', good);
    await run();
    await came('succeeded', good);

    const bad = await push(crash);
    await came('unproven', bad);
    await run();
    const failed = await came('failed', bad);
    // A run of it has ended well before, so that it needs no other one.
    await came('succeeded', good, 'rollback');
    const path = `/apis/batch/v1/namespaces/${ns.name}/cronjobs/myapp`;
    const live = JSON.stringify(await env.kube.request({ path }));
    expect(live).toContain(`"image":"${ns.image('latest')}@${good}"`);

    expect(failed.transitions.at(-1)?.code).toBe('run-failed');
    expect(await quarantined()).toEqual([bad]);
  });
});
