import { kinds } from '../kinds/table.ts';
import { isActive } from '../objects/pod.ts';
import type { ReplicaSet } from '../objects/workloads.ts';
import { isReplicaSet } from '../objects/workloads.ts';
import { matchesSelector } from '../selectors/label.ts';
import type { Control } from './control.ts';
import { writeStatus } from './control.ts';
import type { PodCounts } from './pods.ts';
import { countPods, createPod, deletePod, inOrderOfRemoval, podsOf } from './pods.ts';

const component = 'replicaset-controller';

function settleStatus(control: Control, key: string, replicaSet: ReplicaSet, counts: PodCounts): void {
  const matchLabels = replicaSet.spec.template.metadata?.labels;
  const labeled = counts.active.filter(({ metadata }) => matchesSelector({ matchLabels }, metadata.labels ?? {}));
  const status = {
    replicas: counts.active.length,
    ...(labeled.length === 0 ? {} : { fullyLabeledReplicas: labeled.length }),
    ...(counts.ready === 0 ? {} : { readyReplicas: counts.ready }),
    ...(counts.available === 0 ? {} : { availableReplicas: counts.available }),
    terminatingReplicas: counts.terminating,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
  writeStatus(control, kinds.replicaSet, key, status);
}

/** Keeps as many pods as the ReplicaSet wants. `again` is called when a pod becomes available by time alone. */
export function reconcileReplicaSet(control: Control, key: string, again: (ms: number) => void): void {
  const replicaSet = control.store.get(kinds.replicaSet, key);
  if (!isReplicaSet(replicaSet)) return;
  const { spec, metadata } = replicaSet;
  const wanted = spec.replicas ?? 1;
  const active = podsOf(control, replicaSet).filter(isActive);
  if (!metadata.deletionTimestamp) {
    for (let missing = wanted - active.length; missing > 0; missing -= 1) {
      const pod = createPod(control, replicaSet, spec.template, {});
      if (pod === undefined) break;
      control.events.record(replicaSet, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component);
    }
    for (const pod of inOrderOfRemoval(active).slice(0, Math.max(0, active.length - wanted))) {
      deletePod(control, pod);
      control.events.record(replicaSet, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component);
    }
  }
  const counts = countPods(control, podsOf(control, replicaSet), spec.minReadySeconds ?? 0);
  settleStatus(control, key, replicaSet, counts);
  if (counts.nextAvailable !== undefined) again(counts.nextAvailable);
}
