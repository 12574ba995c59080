import type { ContainerView, PodView, VerdictInput } from './types.ts';

/** How far our clock and that of the cluster may differ. */
const skewMs = 5_000;

/**
 * Pods without what happened to them before the write, which says nothing about it (law 6): a rollback uses an old ReplicaSet again, with pods that restarted
 * over the weeks and with those that were evicted then, which are kept.
 */
export function sinceWrite({ view, writtenAt }: Pick<VerdictInput, 'view' | 'writtenAt'>): readonly PodView[] {
  const before = writtenAt - skewMs;
  const isOld = (at: number | undefined) => at !== undefined && at < before;
  const anew = (container: ContainerView): ContainerView =>
    isOld((container.terminated ?? container.lastTerminated)?.finishedAt) ? { ...container, restarts: 0 } : container;
  return view.pods
    .filter(({ createdAt, phase }) => !(isOld(createdAt) && (phase === 'Failed' || phase === 'Succeeded')))
    .map((pod) => (isOld(pod.createdAt) ? { ...pod, containers: pod.containers.map(anew) } : pod));
}
