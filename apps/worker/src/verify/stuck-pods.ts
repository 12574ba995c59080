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
    .filter(({ labels }) => labels['controller-revision-hash'] !== updateRevision)
    .filter((pod) => ordinalOf(workload, pod) >= partition)
    .filter((pod) => !pod.ready && (rollout.kind === 'rollback' || pod.containers.some(isStuck)));
}

/** The number of a pod, from 0; NaN where its controller does not name pods like that: whoever may write pods may call any of them its own. */
function ordinalOf({ name: set }: Workload, { name }: Pod): number {
  const [, ordinal = ''] = /-(\d+)$/.exec(name) ?? [];
  return name === `${set}-${ordinal}` ? Number(ordinal) : Number.NaN;
}
