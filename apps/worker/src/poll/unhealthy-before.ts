import type { WorkloadState } from '@keelson/history';
import type { ClusterView, Workload } from '@keelson/kube';

/**
 * Why a workload is unhealthy before anything new is written to it, in a sentence: a new image is then not blamed for what it finds.
 * undefined while all is well, and where what runs badly is Keelson's own last push: then the newer one is judged like any other.
 */
export function unhealthyBefore(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { digests, active }: Pick<WorkloadState, 'digests' | 'active'>,
): string | undefined {
  const unproven = Object.values(digests).some(({ rolledOut, lastGood }) => rolledOut !== lastGood);
  if (active !== undefined || unproven || workload.replicas === 0) return undefined;
  for (const pod of view.podsOfNewestRevision(workload)) {
    if (pod.deleting || pod.ready) continue;
    const stuck = pod.containers.find(({ waiting }) => waiting?.reason !== undefined && !STARTING.has(waiting.reason));
    if (stuck) return `Pod ${pod.name} was in ${stuck.waiting?.reason} before (container ${stuck.name}).`;
  }
  const unavailable = workload.status.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  return (
    unavailable && `It was not available before: ${unavailable.message ?? unavailable.reason ?? 'no reason given'}`
  );
}

/** Reasons of a container that is on its way. */
const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);
