import { kinds } from '../kinds/table.ts';
import { keyOf } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { hasEnded, isActive } from '../objects/pod.ts';
import type { DaemonSet } from '../objects/workloads.ts';
import { isDaemonSet } from '../objects/workloads.ts';
import type { Control } from './control.ts';
import { writeStatus } from './control.ts';
import { scaled } from './deployment/surge.ts';
import { isSelected, openNodes } from './nodes.ts';
import { countPods, createPod, deletePod, podsOf } from './pods.ts';
import { currentRevision, revisionHash } from './revisions.ts';

/** The node that a DaemonSet's pod is for: it says so by affinity before it is bound. */
export function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName !== undefined) return pod.spec.nodeName;
  return /"matchFields":\[{"key":"metadata.name","operator":"In","values":\["([^"]+)"\]/.exec(
    JSON.stringify(pod.spec.affinity ?? null),
  )?.[1];
}

function affinityFor(node: string): unknown {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } };
}

function nodeNames(control: Control, set: DaemonSet): string[] {
  const nodes = openNodes(control).filter((node) => isSelected(node, set.spec.template.spec));
  return nodes.map((node) => node.metadata.name);
}

/** Old pods that do not work go at once; working ones as far as maxUnavailable allows. */
function roll(control: Control, set: DaemonSet, pods: readonly Pod[], hash: string, desired: number): void {
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
  const allowed = Math.max(1, scaled(set.spec.updateStrategy.rollingUpdate?.maxUnavailable, desired, Math.ceil));
  const works = (pod: Pod) => isActive(pod) && control.ready.untilAvailable(pod, set.spec.minReadySeconds ?? 0) === 0;
  const old = pods.filter((pod) => isActive(pod) && pod.metadata.labels?.[revisionHash] !== hash);
  for (const pod of old.filter((each) => !works(each))) deletePod(control, pod);
  const room = allowed - (desired - pods.filter(works).length);
  for (const pod of old.filter(works).slice(0, Math.max(0, room))) deletePod(control, pod);
}

function settleStatus(control: Control, set: DaemonSet, hash: string, desired: number): number | undefined {
  const pods = podsOf(control, set);
  const counts = countPods(control, pods, set.spec.minReadySeconds ?? 0);
  const updated = counts.active.filter((pod) => pod.metadata.labels?.[revisionHash] === hash).length;
  const unavailable = desired - counts.available;
  const status = {
    currentNumberScheduled: counts.active.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(counts.available === 0 ? {} : { numberAvailable: counts.available }),
    ...(unavailable <= 0 ? {} : { numberUnavailable: unavailable }),
  };
  writeStatus(control, kinds.daemonSet, keyOf(set), status);
  return counts.nextAvailable;
}

/** One pod on each node. */
export function reconcileDaemonSet(control: Control, key: string, again: (ms: number) => void): void {
  const set = control.store.get(kinds.daemonSet, key);
  if (!isDaemonSet(set) || set.metadata.deletionTimestamp) return;
  const { hash } = currentRevision(control, set);
  const nodes = nodeNames(control, set);
  const pods = podsOf(control, set);
  for (const pod of pods) {
    if (hasEnded(pod) || !nodes.includes(nodeOf(pod) ?? '')) deletePod(control, pod);
  }
  const covered = new Set(pods.map(nodeOf));
  for (const node of nodes.filter((name) => !covered.has(name))) {
    const labels = { [revisionHash]: hash, 'pod-template-generation': String(set.metadata.generation ?? 1) };
    createPod(control, set, set.spec.template, { labels, spec: { affinity: affinityFor(node) } });
  }
  roll(control, set, podsOf(control, set), hash, nodes.length);
  const next = settleStatus(control, set, hash, nodes.length);
  if (next !== undefined) again(next);
}
