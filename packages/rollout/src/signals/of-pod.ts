import { podEvidence } from '../evidence.ts';
import { isDisrupted, isLive } from '../pods.ts';
import type { PodView } from '../types.ts';
import { containerSignal } from './of-container.ts';
import type { Signal } from './signal.ts';

/** What the pods of one revision say. */
export function podSignals(pods: readonly PodView[]): readonly Signal[] {
  return pods.flatMap((pod) => {
    if (isDisrupted(pod)) return isReplaced(pod, pods) ? [] : [disrupted(pod)];
    if (!isLive(pod)) return [];
    const signals = pod.containers.map((container) => containerSignal(pod, container));
    return [unscheduled(pod), ...signals].filter((signal) => signal !== undefined);
  });
}

/** Evicted pods are kept for hours, and those of a lost node are never gone: what stands in for one tells instead. */
function isReplaced({ createdAt = 0 }: PodView, pods: readonly PodView[]): boolean {
  return pods.some((other) => isLive(other) && (other.createdAt ?? 0) > createdAt);
}

function disrupted(pod: PodView): Signal {
  const told = pod.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const reason = pod.reason ?? told?.reason ?? 'DisruptionTarget';
  const message = told?.message;
  return {
    effect: 'hold',
    code: 'pod-disrupted',
    message: `Pod ${pod.name} was ended by its node or by the cluster (${reason}), and not by its containers.`,
    evidence: podEvidence(pod, reason, message),
    graceMs: 0,
  };
}

function unscheduled(pod: PodView): Signal | undefined {
  const told = pod.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!told) return undefined;
  const evidence = podEvidence(pod, told.reason, told.message);
  return {
    effect: 'hold',
    code: 'unschedulable',
    message: `No node takes pod ${pod.name}${evidence.message ? `: ${evidence.message}` : '.'}`,
    evidence,
    graceMs: 0,
  };
}
