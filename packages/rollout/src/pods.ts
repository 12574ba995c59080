import type { ContainerView, PodView } from './types.ts';

/** Reasons of pods that were ended, or never admitted, because of their node. */
const nodeReasons: ReadonlySet<string> = new Set([
  'Evicted',
  'NodeLost',
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'Preempting',
  'NodeAffinity',
  'NodeName',
  'NodePorts',
  'Taint',
  'UnexpectedAdmissionError',
  'TopologyAffinityError',
]);

/** Whether the pod was ended by its node, the scheduler or a drain, and not by its containers. */
export function isDisrupted({ reason, conditions }: PodView): boolean {
  if (reason !== undefined && (nodeReasons.has(reason) || reason.startsWith('OutOf'))) return true;
  return conditions?.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True') ?? false;
}

/** Whether the pod is meant to run, so that its containers count. */
export function isLive(pod: PodView): boolean {
  return !pod.deleting && pod.phase !== 'Failed' && pod.phase !== 'Succeeded' && !isDisrupted(pod);
}

/** Whether a container runs as long as its pod and so has to be ready: all but init containers that end. */
export function isLongRunning({ init, sidecar }: ContainerView): boolean {
  return !init || sidecar === true;
}

function containersReady({ containers }: PodView): boolean {
  return containers.filter(isLongRunning).every(({ ready }) => ready);
}

/** Whether the container's image ran in this pod. */
export function hasRun({ running, terminated, lastTerminated, restarts }: ContainerView): boolean {
  return running === true || terminated !== undefined || lastTerminated !== undefined || restarts > 0;
}

export function isReady(pod: PodView): boolean {
  return pod.ready ?? (pod.containers.length > 0 && containersReady(pod));
}

/**
 * Whether a pod is not ready although its containers are: so the node controller marks the pods of a node that does not answer. A readiness gate
 * says so itself.
 */
export function isLostWithNode(pod: PodView): boolean {
  const reason = pod.conditions?.find(({ type }) => type === 'Ready')?.reason;
  return !isReady(pod) && pod.containers.length > 0 && containersReady(pod) && reason !== 'ReadinessGatesNotReady';
}

/** Sorted by name, so that a verdict never depends on the order of a watch. */
export function inOrder(pods: readonly PodView[]): readonly PodView[] {
  return pods.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
