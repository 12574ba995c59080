import type { Rollout } from '@keelson/history';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';

/**
 * Failing pods of a StatefulSet that belong to another revision than the one to roll out: its controller waits for them for ever, and the
 * documentation says to delete them ("forced rollback", kubernetes/kubernetes#67250).
 */
export function stuckPods(view: Pick<ClusterView, 'pods'>, workload: Workload, rollout: Rollout): readonly Pod[] {
  const { kind, status, strategy } = workload;
  const { updateRevision } = status;
  if (kind !== 'StatefulSet' || strategy === 'OnDelete' || updateRevision === undefined) return [];
  if (status.observedGeneration < rollout.generation) return [];
  return view
    .pods(workload)
    .filter(({ labels }) => labels['controller-revision-hash'] !== updateRevision)
    .filter((pod) => !pod.ready && (rollout.kind === 'rollback' || pod.containers.some(isStuck)));
}
