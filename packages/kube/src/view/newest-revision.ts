import type { Pod, ReplicaSet, Workload } from '../types.ts';

const revisionLabel = 'controller-revision-hash';

/** The ReplicaSet with the highest revision, which is always the desired one: a rollback gives an old ReplicaSet a new number. */
export function newestOf(replicaSets: Iterable<ReplicaSet>): ReplicaSet | undefined {
  let newest: ReplicaSet | undefined;
  for (const one of replicaSets) if (newest === undefined || one.revision > newest.revision) newest = one;
  return newest;
}

/** The API server counts the templates of a DaemonSet in an annotation of it; each pod has the count at its creation. */
const templateKey = 'deprecated.daemonset.template.generation';
const generationLabel = 'pod-template-generation';

/**
 * A DaemonSet's status does not name its newest revision; its pods show it by their generation, then by their age. After a rollback the newest revision
 * is an old one: until a pod of this generation is there, which one it is shows only where all pods are of one.
 */
function newestHash({ annotations }: Pick<Workload, 'annotations'>, pods: readonly Pod[]): string | undefined {
  const generation = ({ labels }: Pod): number => Number(labels[generationLabel] ?? 0);
  let newest: Pod | undefined;
  for (const pod of pods) {
    if (pod.labels[revisionLabel] === undefined) continue;
    const ahead = newest === undefined ? 1 : generation(pod) - generation(newest);
    if (newest === undefined || ahead > 0 || (ahead === 0 && pod.createdAt > newest.createdAt)) newest = pod;
  }
  const hash = newest?.labels[revisionLabel];
  const isBehind = newest !== undefined && generation(newest) < Number(annotations[templateKey] ?? 0);
  return isBehind && pods.some(({ labels }) => labels[revisionLabel] !== hash) ? undefined : hash;
}

/** Of the pods of a StatefulSet or DaemonSet, those of its newest revision. */
export function podsOfNewestHash(workload: Workload, pods: readonly Pod[]): readonly Pod[] {
  const hash = workload.kind === 'DaemonSet' ? newestHash(workload, pods) : workload.status.updateRevision;
  return hash === undefined ? [] : pods.filter(({ labels }) => labels[revisionLabel] === hash);
}
