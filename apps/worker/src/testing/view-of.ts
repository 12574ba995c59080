import type { Seen } from '../verify/rollout-view.ts';

/** What the watches of a cluster show that has nothing but this. */
export function viewOf(over: Partial<Seen> = {}): Seen {
  return {
    newestReplicaSet: () => undefined,
    podsOfNewestRevision: () => [],
    pods: () => [],
    jobs: () => [],
    podsOfJob: () => [],
    removedJob: () => undefined,
    ...over,
  };
}
