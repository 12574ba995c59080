import { isLive, isReady } from '../pods.ts';
import type { PodView, RolloutView } from '../types.ts';

/** How many pods are to run the new revision: a StatefulSet's partition keeps the lower ones as they are. */
export function wantedPods({ kind, strategy, desired, partition = 0 }: RolloutView): number {
  return kind === 'StatefulSet' && strategy !== 'OnDelete' ? Math.max(0, desired - partition) : desired;
}

/**
 * Complete as `kubectl rollout status` has it (kubectl pkg/polymorphichelpers/rollout_status.go), by the controller's count. Of a partitioned
 * StatefulSet its new pods count too: an unavailable old pod below the partition does not belong to the new revision.
 */
export function isComplete(view: RolloutView): boolean {
  const { kind, desired, status, pods } = view;
  const wanted = wantedPods(view);
  if (status.updated < wanted) return false;
  if (kind === 'Deployment') return status.replicas <= status.updated && status.available >= status.updated;
  return status.available >= desired || (wanted < desired && readyPods(pods) >= wanted);
}

/** Whether the watch of pods has caught up with the controller's status, so that a pod which is unready later has become so. */
export function podsAgree(view: RolloutView): boolean {
  const live = view.pods.filter(isLive);
  return live.length >= wantedPods(view) && live.every(isReady);
}

export function readyPods(pods: readonly PodView[]): number {
  return pods.filter((pod) => isLive(pod) && isReady(pod)).length;
}
