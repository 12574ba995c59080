import { describe, expect, it, vi } from 'vitest';
import { KubeError } from '../../src/http/kube-error.ts';
import { createClusterView } from '../../src/index.ts';
import { watchEvents } from '../../src/watch/watch-events.ts';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

/** What happens when the cluster drops its history; alone, since it may end every watch that there is. */
export function forgetting(harness: () => Harness): void {
  describe('a cluster that forgot what was', { concurrent: false }, () => {
    it('answers 410 to a watch from a resourceVersion that was compacted', async () => {
      const { cluster, http } = harness();
      const old = await cluster.expired();

      const watch = watchEvents({
        http,
        ...old,
        seconds: 10,
        silenceMs: 60_000,
        signal: new AbortController().signal,
        onOpen: () => undefined,
      });

      const error = await watch.next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(KubeError);
      expect(error).toMatchObject({ code: 'gone', reason: 'Expired' });
    });

    it('shows in a view the current objects after resourceVersions were compacted', async ({ onTestFinished }) => {
      const { cluster, http, namespace, create, remove } = harness();
      const key = { namespace: await namespace(), kind: 'Deployment', name: 'web' } as const;
      await create(key.namespace, deployment('web', { replicas: 0 }));
      const view = createClusterView(http, { namespaces: [key.namespace], timing: { backoffMinMs: 20 } });
      onTestFinished(() => view.stop());
      await view.start();

      await cluster.expired();
      await create(key.namespace, deployment('late', { replicas: 0 }));
      await remove(`/apis/apps/v1/namespaces/${key.namespace}/deployments/web`);

      await vi.waitUntil(() => view.workload(key) === undefined && view.workload({ ...key, name: 'late' }), soon);
      expect([...view.workloads()].map(({ name }) => name)).toEqual(['late']);
    });
  });
}
