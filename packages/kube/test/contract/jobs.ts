import type { TestContext } from 'vitest';
import { describe, expect, it, vi } from 'vitest';
import { fields } from '../../src/fields.ts';
import type { ClusterChange } from '../../src/index.ts';
import { createClusterView } from '../../src/index.ts';
import { workloadPath } from '../../src/objects/kinds.ts';
import { cronJob } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

/** The runs of a CronJob, which are all that can be judged of it. */
export function jobs(harness: () => Harness): void {
  /** A view of a CronJob that nothing runs by itself. */
  async function given(test: TestContext, image: string) {
    const { http, namespace, create } = harness();
    const key = { namespace: await namespace(), kind: 'CronJob', name: 'nightly' } as const;
    const view = createClusterView(http, { namespaces: [key.namespace] });
    test.onTestFinished(() => view.stop());
    await view.start();
    const templateAnnotations = { 'digest.keelson.sh/app': 'a-pin' };
    await create(key.namespace, cronJob('nightly', { image, templateAnnotations, retries: 0 }));
    const workload = await vi.waitUntil(() => view.workload(key), soon);

    /** As `kubectl create job --from=cronjob/nightly` does it. */
    async function run(name: string): Promise<void> {
      const { jobTemplate } = fields(fields(await http.request({ path: workloadPath(key) })).spec);
      const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: key.name, uid: workload.uid, controller: true };
      const metadata = { name, ownerReferences: [owner] };
      const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: fields(jobTemplate).spec };
      await create(key.namespace, job);
    }

    return { key, view, workload, run };
  }

  describe('a run of a CronJob', () => {
    it('shows a Job of a CronJob with its pod, and that it succeeded', async (test) => {
      const { key, view, workload, run } = await given(test, 'apps.test/team/task:complete-1');
      const heard: ClusterChange[] = [];
      view.onChange((change) => heard.push(change));

      await run('nightly-1');
      const job = await vi.waitUntil(
        () => view.jobs(workload).find(({ conditions }) => conditions.some(({ type }) => type === 'Complete')),
        soon,
      );

      expect(job).toMatchObject({
        namespace: key.namespace,
        name: 'nightly-1',
        ownerUid: workload.uid,
        templateAnnotations: { 'digest.keelson.sh/app': 'a-pin' },
        containers: [{ name: 'app', image: 'apps.test/team/task:complete-1', init: false, index: 0 }],
      });
      expect(Date.parse(job.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(job.createdAt));
      const [pod, ...others] = view.podsOfJob(job);
      expect(others).toEqual([]);
      expect(pod).toMatchObject({ ownerUid: job.uid, phase: 'Succeeded', deleting: false });
      expect(pod?.containers).toMatchObject([{ name: 'app', terminated: { exitCode: 0 } }]);
      expect(view.pods(workload).map(({ name }) => name)).toEqual([pod?.name]);
      expect(view.podsOfNewestRevision(workload)).toEqual([]);
      expect(heard).toContainEqual({ type: 'job', key });
      await vi.waitUntil(() => heard.some(({ type }) => type === 'pod'), soon);
      expect(heard).toContainEqual({ type: 'pod', key });
    });

    it('shows a Job of a CronJob with the pod that failed, and how it failed', async (test) => {
      const { view, workload, run } = await given(test, 'apps.test/team/task:crash-1');

      await run('nightly-1');
      const job = await vi.waitUntil(
        () => view.jobs(workload).find(({ conditions }) => conditions.some(({ type }) => type === 'Failed')),
        soon,
      );

      expect(job.conditions).toContainEqual(
        expect.objectContaining({ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }),
      );
      const [pod] = view.podsOfJob(job);
      expect(pod?.phase).toBe('Failed');
      expect(pod?.containers[0]?.terminated?.exitCode).toBeGreaterThan(0);
      expect(pod?.containers[0]?.terminated?.finishedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    it.for([
      { what: 'that ended', image: 'apps.test/team/task:complete-1', phase: 'Succeeded' },
      { what: 'that runs', image: 'apps.test/team/task:ready-1', phase: 'Running' },
    ])(
      'shows a Job $what no longer once it was deleted, but as the one that was removed last',
      async ({ image, phase }, test) => {
        const { key, view, workload, run } = await given(test, image);
        await run('nightly-1');
        const job = await vi.waitUntil(
          () => view.jobs(workload).find((one) => view.podsOfJob(one).some((pod) => pod.phase === phase)),
          soon,
        );

        await harness().remove(`/apis/batch/v1/namespaces/${key.namespace}/jobs/nightly-1`);

        await vi.waitUntil(() => [...view.jobs(workload), ...view.podsOfJob(job)].length === 0, soon);
        expect(view.removedJob(workload)).toMatchObject({ job: { uid: job.uid }, pods: [{ ownerUid: job.uid }] });
      },
    );
  });
}
