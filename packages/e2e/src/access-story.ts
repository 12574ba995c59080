import type { Rollout } from '@keelson/history';
import { z } from 'zod';
import type { AccessGround } from './access-ground.ts';
import { followed } from './access-ground.ts';
import { paths, workloads } from './access-workloads.ts';
import { badImages } from './bad-images.ts';
import { post } from './manifests.ts';
import { installPolicy } from './pin-policy.ts';
import { runCronJob } from './run-cron-job.ts';
import { until } from './until.ts';

const object = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) });

const ids = Object.values(workloads);

/**
 * A good push to every workload and a crash that is rolled back; then a worker that starts where the cluster has the admission
 * policy; and every workload leaves Keelson. Answers how the good push (`forward`) and the rollback (`back`) were
 * written.
 */
export async function tellStory(ground: AccessGround) {
  const { scene, stage } = ground;
  const run = () => runCronJob(stage.kube, followed, 'nightly');
  const first = await scene.push('latest');
  await ground.startWorker();
  await until('what runs is known', async () => {
    await askAll();
    const known = await Promise.all(ids.map((id) => scene.history.workload(id)));
    return known.every((each) => each?.digests.app?.rolledOut === first);
  });

  const good = await push();
  await came(workloads.nightly, 'verifying', good);
  await run();
  const forward = await Promise.all(ids.map((id) => came(id, 'succeeded', good)));

  const bad = await push(badImages['a crash'].labels);
  await came(workloads.nightly, 'verifying', bad);
  await run();
  await Promise.all(ids.map((id) => came(id, 'failed', bad)));
  const back = await Promise.all(ids.map((id) => came(id, 'succeeded', good, 'rollback')));

  await scene.stopWorkers();
  await installPolicy(stage.kube);
  await ground.startWorker();
  await until('it has seen the policy and its binding', () =>
    ground.recorded.requests.some(({ url, status }) => url.includes('bindings/keelson-pin') && status === 200),
  );
  await Promise.all(Object.values(paths).map((path) => leaves(path)));
  return { forward: forward.map(pathOf), back: back.map(pathOf) };

  async function askAll(): Promise<void> {
    await Promise.all(ids.map((id) => scene.askFor(id)));
  }

  async function push(labels?: Readonly<Record<string, string>>): Promise<string> {
    const digest = await scene.push('latest', labels);
    await askAll();
    return digest;
  }

  /** Somebody takes its annotations off; Keelson takes off what it wrote itself. */
  async function leaves(path: string): Promise<void> {
    const annotations = Object.fromEntries(Object.keys(post).map((key) => [key, null]));
    const contentType = 'application/merge-patch+json';
    await stage.kube.request({ method: 'PATCH', path, contentType, body: { metadata: { annotations } } });
    await until(`nothing of Keelson's is on ${path}`, async () => {
      const { metadata } = object.parse(await stage.kube.request({ path }));
      return !JSON.stringify(metadata.annotations).includes('keelson.sh/');
    });
  }

  function came(id: string, state: Rollout['state'], digest: string, kind: Rollout['kind'] = 'update') {
    return until(`${kind} of ${id} to ${digest} ${state}`, async () => {
      const { items } = await scene.history.rollouts({ workload: id });
      const found = items.find((each) => each.kind === kind && each.changes.some(({ to }) => to.digest === digest));
      return found?.state === state && found;
    });
  }
}

function pathOf({ workload, written }: Rollout): string {
  return `${workload} ${written?.path}`;
}
