import type { Rollout } from '@keelson/history';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';

/**
 * Failing pods of a StatefulSet that belong to another revision than the one to roll out: its controller waits for them for ever, and the
 * documentation says to delete them ("forced rollback", kubernetes/kubernetes#67250). Not those below its partition, which it makes anew as they were.
 */
export function stuckPods(view: Pick<ClusterView, 'pods'>, workload: Workload, rollout: Rollout): readonly Pod[] {
  const { kind, status, strategy, partition = 0 } = workload;
  const { updateRevision } = status;
  if (kind !== 'StatefulSet' || strategy === 'OnDelete' || updateRevision === undefined) return [];
  if (status.observedGeneration < rollout.generation) return [];
  return view
    .pods(workload)
    .filter(({ labels, name }) => labels['controller-revision-hash'] !== updateRevision && ordinalOf(name) >= partition)
    .filter((pod) => !pod.ready && (rollout.kind === 'rollback' || pod.containers.some(isStuck)));
}

/** The number at the end of a pod's name, from 0. */
function ordinalOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}
