import { keptMessageLines } from '@keelson/core';
import { hasRun } from './pods.ts';
import type { ContainerView, PodEvidence, PodView } from './types.ts';

/** Why a container does not run, from its present state or else from the end of its last run. */
export function evidenceOf(pod: PodView, container: ContainerView): PodEvidence {
  const ended = container.terminated ?? container.lastTerminated;
  const reason = container.waiting?.reason ?? ended?.reason;
  const message = container.waiting?.message ?? ended?.message;
  return {
    pod: pod.name,
    container: container.name,
    restarts: container.restarts,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message: keptMessageLines(message) }),
    ...(ended && { exitCode: ended.exitCode }),
  };
}

/** Evidence about a pod as a whole, with no container to name. */
export function podEvidence(pod: PodView, reason: string | undefined, message: string | undefined): PodEvidence {
  return {
    pod: pod.name,
    container: '',
    restarts: 0,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message: keptMessageLines(message) }),
  };
}

/** The waiting reasons of every container that starts. */
const starting: ReadonlySet<string> = new Set(['PodInitializing', 'ContainerCreating']);

/** Whether nothing of the container's image was seen yet in this pod: it did not run, and no reason says why it could not. */
export function isStarting(container: ContainerView): boolean {
  const reason = container.waiting?.reason;
  return !hasRun(container) && (reason === undefined || starting.has(reason));
}

/** The container that best explains why a revision is not ready: one that waits for a reason, else one that ended, else one that is just not ready. */
export function clearestEvidence(pods: readonly PodView[]): PodEvidence | undefined {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const open = all.filter(({ container }) => !container.ready && !isDone(container));
  const found =
    open.find(({ container: { waiting } }) => waiting?.reason !== undefined && !starting.has(waiting.reason)) ??
    open.find(({ container }) => container.terminated !== undefined || container.lastTerminated !== undefined) ??
    open.find(({ container }) => container.running) ??
    open[0];
  return found && evidenceOf(found.pod, found.container);
}

/** Whether this is an init container that has succeeded. */
export function isDone({ init, sidecar, terminated }: ContainerView): boolean {
  return init && sidecar !== true && terminated?.exitCode === 0;
}
