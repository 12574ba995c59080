import type { ContainerView, PodView } from './types.ts';

/** What the kubelet or a controller says of a pod that was ended, or never let in, for the node's sake. */
const NODE_REASONS: ReadonlySet<string> = new Set([
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

/** Ended or being ended by the node, the scheduler or a drain, and not by its containers. */
export function isDisrupted({ reason, conditions }: PodView): boolean {
  if (reason !== undefined && (NODE_REASONS.has(reason) || reason.startsWith('OutOf'))) return true;
  return conditions?.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True') ?? false;
}

/** Still meant to run: what its containers say counts. */
export function isLive(pod: PodView): boolean {
  return !pod.deleting && pod.phase !== 'Failed' && pod.phase !== 'Succeeded' && !isDisrupted(pod);
}

/** Runs as long as the pod does, so it has to be ready: all but the init containers that end. */
export function isLasting({ init, sidecar }: ContainerView): boolean {
  return !init || sidecar === true;
}

function containersReady({ containers }: PodView): boolean {
  return containers.filter(isLasting).every(({ ready }) => ready);
}

export function isReady(pod: PodView): boolean {
  return pod.ready ?? (pod.containers.length > 0 && containersReady(pod));
}

/** So that a verdict never depends on the order in which a watch tells of pods. */
export function inOrder(pods: readonly PodView[]): readonly PodView[] {
  return pods.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
