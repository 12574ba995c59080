import type { WorkloadKey } from '@keelson/core';
import type { TestContext } from 'vitest';
import { vi } from 'vitest';
import type { ClusterView, Pod } from '../../src/index.ts';
import { createClusterView } from '../../src/index.ts';
import type { Given } from '../support/objects.ts';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

/** A Deployment in a namespace of the test's own, seen by a view. */
export interface Watched {
  readonly view: ClusterView;
  readonly key: WorkloadKey;
}

/** Pods as a view holds them. */
export interface SeenPods {
  readonly given: (test: TestContext, what: Given) => Promise<Watched>;
  /** The first pod of the newest revision that is as wanted. */
  readonly seen: (watched: Watched, wanted: (pod: Pod) => boolean) => Promise<Pod>;
}

export function seenPods(harness: () => Harness): SeenPods {
  return {
    async given(test, what) {
      const { http, namespace, create } = harness();
      const key = { namespace: await namespace(), kind: 'Deployment', name: 'web' } as const;
      const view = createClusterView(http, { namespaces: [key.namespace] });
      test.onTestFinished(() => view.stop());
      await view.start();
      await create(key.namespace, deployment('web', what));
      return { view, key };
    },
    seen: ({ view, key }, wanted) =>
      vi.waitUntil(() => {
        const workload = view.workload(key);
        return workload === undefined ? undefined : view.podsOfNewestRevision(workload).find(wanted);
      }, soon),
  };
}
