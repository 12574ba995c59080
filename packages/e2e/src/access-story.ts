import type { Rollout } from '@keelson/history';
import { z } from 'zod';
import type { AccessEnv } from './access-env.ts';
import { followed } from './access-env.ts';
import { leaveInGit, paths, workloads } from './access-workloads.ts';
import { badImages } from './bad-images.ts';
import { exampleAnnotations } from './manifests.ts';
import { installPolicy } from './pin-policy.ts';
import { runCronJob } from './run-cron-job.ts';
import { waitUntil } from './wait-until.ts';

const object = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) });

const ids = Object.values(workloads);

/**
 * A good push to every workload and a crash that is rolled back; then a worker that starts where the cluster has the admission
 * policy; and every workload leaves Keelson. Returns how the good push (`forward`) and the rollback (`back`) were
 * written.
 */
export async function runAccessStory(access: AccessEnv) {
  const { ns, env } = access;
  const run = () => runCronJob(env.kube, followed, 'nightly');
  const first = await ns.push('latest');
  await access.startWorker();
  await waitUntil('what runs is known', async () => {
    await checkAll();
    const known = await Promise.all(ids.map((id) => ns.history.workload(id)));
    return known.every((each) => each?.digests.app?.rolledOut === first);
  });

  const good = await push();
  await ns.reachedById(workloads.nightly, 'unproven', good);
  await run();
  const forward = await Promise.all(ids.map((id) => ns.reachedById(id, 'succeeded', good)));

  const bad = await push(badImages['a crash'].labels);
  await ns.reachedById(workloads.nightly, 'unproven', bad);
  await run();
  await Promise.all(ids.map((id) => ns.reachedById(id, 'failed', bad)));
  const back = await Promise.all(ids.map((id) => ns.reachedById(id, 'succeeded', good, 'rollback')));

  await ns.stopWorkers();
  // A pin that keeps a quarantined digest away would stay.
  await ns.push('latest');
  await installPolicy(env.kube);
  await access.startWorker();
  await waitUntil('it has read the policy and its binding', () =>
    access.recorded.requests.some(({ url, status }) => url.includes('bindings/keelson-pin') && status === 200),
  );
  await Promise.all(Object.values(paths).map((path) => leaves(path)));
  return { forward: forward.map(pathOf), back: back.map(pathOf) };

  async function checkAll(): Promise<void> {
    await Promise.all(ids.map((id) => ns.checkById(id)));
  }

  async function push(labels?: Readonly<Record<string, string>>): Promise<string> {
    const digest = await ns.push('latest', labels);
    await checkAll();
    return digest;
  }

  /** A user removes its annotations; Keelson removes everything it wrote. */
  async function leaves(path: string): Promise<void> {
    const annotations = Object.fromEntries(Object.keys(exampleAnnotations).map((key) => [key, null]));
    const contentType = 'application/merge-patch+json';
    if (path === paths.owned) await leaveInGit(access);
    else await env.kube.request({ method: 'PATCH', path, contentType, body: { metadata: { annotations } } });
    await waitUntil(`nothing of Keelson's is on ${path}`, async () => {
      const { metadata } = object.parse(await env.kube.request({ path }));
      return !JSON.stringify(metadata.annotations).includes('keelson.sh/');
    });
  }
}

function pathOf({ workload, written }: Rollout): string {
  return `${workload} ${written?.path}`;
}
