import { podEvidence } from '../evidence.ts';
import { isDisrupted, isLive } from '../pods.ts';
import type { PodView } from '../types.ts';
import { containerSignal, otherContainerSignal } from './of-container.ts';
import type { Signal } from './signal.ts';

/** The signals of the pods of one revision. `changed`: the containers whose images the rollout changes; all by default. */
export function podSignals(pods: readonly PodView[], changed?: readonly string[]): readonly Signal[] {
  return pods.flatMap((pod) => {
    if (isTooLarge(pod)) return [tooLarge(pod)];
    if (isDisrupted(pod)) return isReplaced(pod, pods) ? [] : [disrupted(pod)];
    if (!isLive(pod)) return [];
    const signals = pod.containers.map((container) =>
      changed === undefined || changed.includes(container.name)
        ? containerSignal(pod, container)
        : otherContainerSignal(pod, container, changed),
    );
    return [unscheduled(pod), ...signals].filter((signal) => signal !== undefined);
  });
}

/** Whether a younger pod replaced this one: evicted pods are kept for hours, and those of a lost node for ever. */
function isReplaced({ createdAt = 0 }: PodView, pods: readonly PodView[]): boolean {
  return pods.some((other) => isLive(other) && (other.createdAt ?? 0) > createdAt);
}

/** Evicted by the kubelet since it wrote more than its own limits allow (pkg/kubelet/eviction/helpers.go), and not since the node is full. */
function isTooLarge({ reason, message = '' }: PodView): boolean {
  return (
    reason === 'Evicted' &&
    /local (ephemeral storage limit|storage usage exceeds)|^Usage of EmptyDir volume .* exceeds the limit/.test(message)
  );
}

function tooLarge(pod: PodView): Signal {
  const container = /^Container (\S+) exceeded/.exec(pod.message ?? '')?.[1] ?? '';
  return {
    effect: 'fail',
    code: 'out-of-storage',
    message: `Pod ${pod.name} was evicted because it wrote more than its limits allow.`,
    evidence: { ...podEvidence(pod, pod.reason, pod.message), container },
    graceMs: 0,
  };
}

function disrupted(pod: PodView): Signal {
  const condition = pod.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const reason = pod.reason ?? condition?.reason ?? 'DisruptionTarget';
  const message = condition?.message ?? pod.message;
  return {
    effect: 'block',
    code: 'pod-disrupted',
    message: `Pod ${pod.name} was ended by its node or by the cluster (${reason}), and not by its containers.`,
    evidence: podEvidence(pod, reason, message),
    graceMs: 0,
  };
}

function unscheduled(pod: PodView): Signal | undefined {
  const condition = pod.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  const evidence = podEvidence(pod, condition.reason, condition.message);
  return {
    effect: 'block',
    code: 'unschedulable',
    message: `No node can run pod ${pod.name}${evidence.message ? `: ${evidence.message}` : '.'}`,
    evidence,
    graceMs: 0,
  };
}
