import { evidenceOf } from '../evidence.ts';
import { isLive, isLongRunning, isReady } from '../pods.ts';
import { isComplete, wantedPods } from '../progress/complete.ts';
import { isLost } from '../signals/of-container.ts';
import type { Signal } from '../signals/signal.ts';
import type { ContainerView, PodView, RolloutView, Soak, Termination } from '../types.ts';

type Fault = Pick<Signal, 'code' | 'message' | 'evidence'>;

/** What the pods of the beginning of the soak have lost since. Younger pods may still start; crash loops are found elsewhere. */
export function lost(view: RolloutView, soak: Soak): Fault | undefined {
  const pods = view.pods.filter((pod) => isLive(pod) && (pod.createdAt ?? 0) <= soak.newestPod);
  return restarted(pods, soak) ?? readinessLost(pods) ?? availabilityLost(view, pods);
}

function restarted(pods: readonly PodView[], soak: Soak): Fault | undefined {
  const ends = pods.flatMap((pod) =>
    pod.containers.filter(isJudged).flatMap((container) => {
      const ended = endOf(container);
      return ended && endedSince(ended, soak) ? [{ pod, container, ended }] : [];
    }),
  );
  const found = ends.toSorted((a, b) => b.container.restarts - a.container.restarts)[0];
  if (!found) return undefined;
  const { pod, container, ended } = found;
  return {
    code: 'restarted',
    message: `Container ${container.name} of pod ${pod.name} ended after it had been ready (${ended.reason ? `${ended.reason}, ` : ''}exit code ${ended.exitCode}).`,
    evidence: evidenceOf(pod, container),
  };
}

/** Not one whose own tag moved to another image, which says nothing about the images of the rollout. */
function isJudged(container: ContainerView): boolean {
  return isLongRunning(container) && !container.moved;
}

function endOf({ terminated, lastTerminated, restarts }: ContainerView): Termination | undefined {
  return terminated ?? (restarts > 0 ? lastTerminated : undefined);
}

/**
 * The clock of the cluster has whole seconds. An end in the very second of `lastReady` counts as before it: that crash was part of the start,
 * as the pod became ready in spite of it; if it was not, the next crash or the lost readiness shows it.
 */
function endedSince(ended: Termination, { lastReady }: Soak): boolean {
  return ended.finishedAt !== undefined && ended.finishedAt > lastReady && !isLost(ended);
}

/**
 * Not ready, and one of its containers neither. When all of those are ready it is the node that was lost (the node controller sets the pod's
 * condition alone), or a readiness gate of another controller.
 */
function readinessLost(pods: readonly PodView[]): Fault | undefined {
  for (const pod of pods.filter((each) => !isReady(each))) {
    const container = pod.containers.find((each) => isJudged(each) && !each.ready && !isLostWithNode(each));
    if (!container) continue;
    return {
      code: 'readiness-lost',
      message: `Container ${container.name} of pod ${pod.name} was ready but no longer is.`,
      evidence: evidenceOf(pod, container),
    };
  }
  return undefined;
}

function isLostWithNode({ terminated, lastTerminated }: ContainerView): boolean {
  const ended = terminated ?? lastTerminated;
  return ended !== undefined && isLost(ended);
}

/** The loss of a Deployment that is not available although all its pods are ready and none is young: one of them was unready for a while. */
function availabilityLost(view: RolloutView, pods: readonly PodView[]): Fault | undefined {
  if (isComplete(view) || pods.length < wantedPods(view) || !pods.every(isReady)) return undefined;
  const condition = view.status.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  return (
    condition && {
      code: 'availability-lost',
      message: `The Deployment was available but no longer is${condition.message ? `: ${condition.message}` : '.'}`,
    }
  );
}
