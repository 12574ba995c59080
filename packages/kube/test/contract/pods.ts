import { describe, expect, it, vi } from 'vitest';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';
import { initContainers } from './init-containers.ts';
import { seenPods } from './seen-pods.ts';

const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Since when, and of what image: what a soak and a baseline are read from. */
export function pods(harness: () => Harness): void {
  const { given, seen } = seenPods(harness);

  describe('a pod', () => {
    it('reads since when a pod is ready, and the image of its spec', async (test) => {
      const watched = await given(test, {});

      const pod = await seen(watched, ({ ready }) => ready);

      expect(pod.readyChangedAt).toMatch(time);
      expect(Date.parse(pod.readyChangedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(pod.createdAt));
      expect(pod.containers).toMatchObject([{ name: 'app', specImage: 'apps.test/team/web:latest' }]);
    });

    it('reads since when a crashed pod is not ready, and when its container ended', async (test) => {
      const watched = await given(test, { image: 'apps.test/team/web:crash-1' });

      const pod = await seen(watched, ({ containers }) => containers[0]?.lastTerminated !== undefined);

      expect(pod).toMatchObject({ ready: false });
      expect(pod.readyChangedAt).toMatch(time);
      expect(pod.containers[0]?.lastTerminated?.finishedAt).toMatch(time);
      expect(pod.containers[0]?.specImage).toBe('apps.test/team/web:crash-1');
    });
  });

  initContainers(harness);

  describe('a ReplicaSet', () => {
    it('reads from the conditions of a ReplicaSet that a quota refuses its pods', async (test) => {
      const { cluster, http, create } = harness();
      if (!cluster.quotas) test.skip('this cluster has no quotas');
      const { view, key } = await given(test, { replicas: 0 });
      const quota = { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
      await create(key.namespace, Object.assign({ apiVersion: 'v1', kind: 'ResourceQuota' }, quota));
      const path = `/api/v1/namespaces/${key.namespace}/resourcequotas/none`;
      // Before its controller has counted, a quota refuses with other words.
      await vi.waitUntil(async () => JSON.stringify(await http.request({ path })).includes('"used":{"pods"'), soon);

      await create(key.namespace, deployment('late'));

      const condition = await vi.waitUntil(() => {
        const late = view.workload({ ...key, name: 'late' });
        const conditions = late === undefined ? undefined : view.newestReplicaSet(late)?.conditions;
        return conditions?.find(({ type }) => type === 'ReplicaFailure');
      }, soon);
      expect(condition).toMatchObject({ status: 'True', reason: 'FailedCreate' });
      expect(condition.message).toContain('exceeded quota: none');
    });
  });
}
