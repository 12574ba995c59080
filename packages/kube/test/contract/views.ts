import type { WorkloadKey } from '@keelson/core';
import type { TestContext } from 'vitest';
import { describe, expect, it, vi } from 'vitest';
import type { ClusterChange, ClusterView, KubeHttp } from '../../src/index.ts';
import { createClusterView } from '../../src/index.ts';
import { workloadPath } from '../../src/objects/kinds.ts';
import { deployment, makers } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

const timing = { backoffMinMs: 50, backoffMaxMs: 200 };

export function views(harness: () => Harness): void {
  async function viewOf(test: TestContext, http: KubeHttp, namespaces: readonly string[]): Promise<ClusterView> {
    const view = createClusterView(http, { namespaces, timing });
    test.onTestFinished(() => view.stop());
    await view.start();
    return view;
  }

  async function empty(): Promise<WorkloadKey> {
    return { namespace: await harness().namespace(), kind: 'Deployment', name: 'web' };
  }

  /** Two pods that are available, and a new image that never gets ready. */
  async function halfRolledOut(test: TestContext, kind: 'Deployment' | 'StatefulSet') {
    const { http, create, edit } = harness();
    const key = { ...(await empty()), kind };
    await create(key.namespace, makers[kind]('web', { replicas: 2, image: 'apps.test/team/web:one' }));
    const view = await viewOf(test, http, [key.namespace]);
    await vi.waitUntil(() => view.workload(key)?.status.available === 2, soon);
    await edit(workloadPath(key), {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'apps.test/team/web:unready-1' }] } } },
    });
    return { key, view };
  }

  const imagesOf = (view: ClusterView, key: WorkloadKey) => {
    const workload = view.workload(key);
    const pods = workload === undefined ? [] : view.podsOfNewestRevision(workload);
    return pods.flatMap(({ containers }) => containers.map(({ specImage }) => specImage));
  };

  describe('a view', () => {
    it('shows in a view what was there, then a new workload, its changes and its deletion', async (test) => {
      const { http, create, edit, remove } = harness();
      const key = await empty();
      const before = { ...key, name: 'before' };
      await create(key.namespace, deployment('before', { replicas: 0 }));
      const view = await viewOf(test, http, [key.namespace]);
      const heard: ClusterChange[] = [];
      const stop = view.onChange((change) => heard.push(change));

      expect(view.workload(before)?.name).toBe('before');
      expect([...view.workloads()].map(({ name }) => name)).toEqual(['before']);
      expect(view.synced).toBe(true);
      await create(key.namespace, deployment('web', { annotations: { 'keel.sh/policy': 'force' } }));
      await vi.waitUntil(() => view.workload(key)?.annotations['keel.sh/policy'] === 'force', soon);
      await edit(workloadPath(key), { metadata: { annotations: { 'keel.sh/policy': 'never' } } });
      await vi.waitUntil(() => view.workload(key)?.annotations['keel.sh/policy'] === 'never', soon);
      // Removed sooner, a Deployment may go before its controller made anything of it.
      await vi.waitUntil(
        () => ['replicaset', 'pod'].every((type) => heard.some((change) => change.type === type)),
        soon,
      );
      await remove(workloadPath(key));
      await vi.waitUntil(() => view.workload(key) === undefined, soon);
      stop();

      const reported = heard.filter((change) => change.type === 'workload' && change.key.name === 'web');
      expect(reported.length).toBeGreaterThanOrEqual(3);
      expect(reported.at(-1)).toEqual({ type: 'workload', key });
    });

    it('distinguishes the pods of the newest revision from older ones during a rollout (law 6)', async (test) => {
      const { key, view } = await halfRolledOut(test, 'Deployment');

      await vi.waitUntil(() => {
        const images = imagesOf(view, key);
        return images.length > 0 && images.every((image) => image.endsWith('unready-1'));
      }, soon);

      const workload = view.workload(key);
      if (workload === undefined) throw new Error('gone');
      const newest = view.newestReplicaSet(workload);
      expect(newest?.revision).toBe(2);
      const owners = view.podsOfNewestRevision(workload).map(({ ownerUid }) => ownerUid);
      expect(new Set(owners)).toEqual(new Set([newest?.uid]));
      expect(view.pods(workload).length).toBeGreaterThan(owners.length);
    });

    it('distinguishes the pods of the newest revision of a StatefulSet', async (test) => {
      const { key, view } = await halfRolledOut(test, 'StatefulSet');

      await vi.waitUntil(() => {
        const images = imagesOf(view, key);
        return images.length === 1 && images[0]?.endsWith('unready-1');
      }, soon);

      const workload = view.workload(key);
      expect(
        workload === undefined
          ? []
          : view
              .pods(workload)
              .map(({ name }) => name)
              .toSorted(),
      ).toEqual(['web-0', 'web-1']);
    });

    it('shows in a view nothing of namespaces that it was not given', async (test) => {
      const { http, create } = harness();
      const [inside, outside] = [await empty(), await empty()];
      const view = await viewOf(test, http, [inside.namespace]);

      await create(outside.namespace, deployment('web', { replicas: 0 }));
      await create(inside.namespace, deployment('web', { replicas: 0 }));
      await vi.waitUntil(() => view.workload(inside), soon);

      expect(view.workload(outside)).toBeUndefined();
    });

    it('catches up in a view with what changed while its connections were cut', async (test) => {
      const { proxied, proxy, create, edit, remove } = harness();
      const key = await empty();
      const removed = { ...key, name: 'removed' };
      await create(key.namespace, deployment('web', { replicas: 0 }));
      await create(key.namespace, deployment('removed', { replicas: 0 }));
      const view = await viewOf(test, proxied, [key.namespace]);

      proxy.pause();
      await edit(workloadPath(key), { metadata: { labels: { changed: 'yes' } } });
      await remove(workloadPath(removed));
      await create(key.namespace, deployment('late', { replicas: 0 }));
      proxy.resume();

      await vi.waitUntil(() => {
        const late = view.workload({ ...key, name: 'late' });
        return (
          late !== undefined && view.workload(removed) === undefined && view.workload(key)?.labels.changed === 'yes'
        );
      }, soon);
      expect(view.synced).toBe(true);
    });
  });
}
