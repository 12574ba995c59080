import { kinds } from '../kinds/table.ts';
import { keyOf } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { hasEnded } from '../objects/pod.ts';
import type { StatefulSet } from '../objects/workloads.ts';
import { isStatefulSet } from '../objects/workloads.ts';
import type { Control } from './control.ts';
import { writeStatus } from './control.ts';
import { countPods, createPod, deletePod, podsOf } from './pods.ts';
import type { Revision } from './revisions.ts';
import { currentRevision, revisionHash, revisionsOf, templateOf } from './revisions.ts';

interface View {
  readonly set: StatefulSet;
  /** By ordinal. */
  readonly pods: ReadonlyMap<number, Pod>;
  readonly current: Revision;
  readonly update: Revision;
  readonly available: (pod: Pod | undefined) => boolean;
}

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
}

function revisionOfPod(pod: Pod): string | undefined {
  return pod.metadata.labels?.[revisionHash];
}

function view(control: Control, set: StatefulSet): View {
  const update = currentRevision(control, set);
  const name = set.status?.currentRevision ?? update.name;
  const current = revisionsOf(control, set).find((each) => each.name === name) ?? update;
  const wait = (pod: Pod) => control.ready.untilAvailable(pod, set.spec.minReadySeconds ?? 0);
  const available = (pod: Pod | undefined) => pod !== undefined && !pod.metadata.deletionTimestamp && wait(pod) === 0;
  return { set, update, current, available, pods: new Map(podsOf(control, set).map((pod) => [ordinalOf(pod), pod])) };
}

/** Below the partition, and where nothing was updated yet below it, a missing pod comes back as the current revision. */
function createOrdinal(control: Control, { set, current, update }: View, ordinal: number): void {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const old = set.spec.updateStrategy?.type === 'RollingUpdate' && ordinal < partition;
  const revision = old ? current : update;
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = {
    [revisionHash]: revision.name,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  createPod(control, set, templateOf(revision), {
    name,
    labels,
    spec: { hostname: name, subdomain: set.spec['serviceName'] ?? '' },
  });
}

/** Makes what is missing, lowest first, one at a time unless Parallel; true when all are there and available. */
function fill(control: Control, seen: View): boolean {
  const parallel = seen.set.spec.podManagementPolicy === 'Parallel';
  for (let ordinal = 0; ordinal < (seen.set.spec.replicas ?? 1); ordinal += 1) {
    const pod = seen.pods.get(ordinal);
    if (pod === undefined) createOrdinal(control, seen, ordinal);
    else if (hasEnded(pod)) deletePod(control, pod);
    if (!parallel && !seen.available(pod)) return false;
  }
  return true;
}

/** Removes what is too many, highest first. */
function shrink(control: Control, { set, pods, available }: View): boolean {
  const surplus = [...pods].filter(([ordinal]) => ordinal >= (set.spec.replicas ?? 1)).sort(([a], [b]) => b - a);
  const [highest] = surplus;
  if (highest === undefined) return true;
  const below = [...pods].every(([ordinal, pod]) => ordinal >= (set.spec.replicas ?? 1) || available(pod));
  if (below || set.spec.podManagementPolicy === 'Parallel') deletePod(control, highest[1]);
  return false;
}

/** RollingUpdate: from the highest ordinal down to the partition, each only after the one above it works. */
function roll(control: Control, { set, pods, update, available }: View): void {
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
  const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
  for (let ordinal = (set.spec.replicas ?? 1) - 1; ordinal >= partition; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod !== undefined && revisionOfPod(pod) !== update.name && !pod.metadata.deletionTimestamp) {
      deletePod(control, pod);
      return;
    }
    if (!available(pod)) return;
  }
}

function settleStatus(control: Control, seen: View): number | undefined {
  const { set, update, current } = seen;
  const pods = podsOf(control, set);
  const counts = countPods(control, pods, set.spec.minReadySeconds ?? 0);
  const of = (revision: Revision) => counts.active.filter((pod) => revisionOfPod(pod) === revision.name).length;
  const wanted = set.spec.replicas ?? 1;
  const done = of(update) === wanted && counts.available === wanted && pods.length === wanted;
  const currentName = done ? update.name : current.name;
  const numbers = {
    readyReplicas: counts.ready,
    currentReplicas: done ? wanted : of(current),
    updatedReplicas: of(update),
  };
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: counts.active.length,
    ...Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0)),
    availableReplicas: counts.available,
    currentRevision: currentName,
    updateRevision: update.name,
    collisionCount: 0,
  };
  writeStatus(control, kinds.statefulSet, keyOf(set), status);
  return counts.nextAvailable;
}

export function reconcileStatefulSet(control: Control, key: string, again: (ms: number) => void): void {
  const set = control.store.get(kinds.statefulSet, key);
  if (!isStatefulSet(set) || set.metadata.deletionTimestamp) return;
  const seen = view(control, set);
  const filled = fill(control, seen);
  // a pod of an older revision that does not work is not replaced before it does, as with the real controller
  if (filled && shrink(control, seen)) roll(control, seen);
  const next = settleStatus(control, seen);
  if (next !== undefined) again(next);
}
