import type { WorkloadState } from '@keelson/history';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';
import { reportedBy } from '../running/reported-by.ts';
import type { ContainerCheck } from './check-container.ts';
import { hadBefore } from './check-container.ts';

/** What is about to be rolled out, and what it replaces. */
type Move = Pick<ContainerCheck, 'digest' | 'to' | 'from'> & {
  readonly facts: Pick<ContainerCheck['facts'], 'name' | 'pinned' | 'rolledOut'>;
  readonly decision: Pick<ContainerCheck['decision'], 'move'>;
};

/**
 * Why a workload is unhealthy before anything new is written to it, in one sentence; a new image is then not blamed for that.
 *
 * undefined while the workload is healthy, and where Keelson's own last push is what runs badly: then the newer push is judged like any other.
 * The same holds where pods pulled a push by themselves, because the workload was scaled or a node drained before the tag was checked. But
 * pods that crashed already at the last check pull the push too, each time they restart: those still count as unhealthy before.
 */
export function unhealthyBefore(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { digests, active, check }: Pick<WorkloadState, 'digests' | 'active' | 'check'>,
  moves: readonly Move[],
): string | undefined {
  const unproven = Object.values(digests).some(
    ({ rolledOut, lastGood, doubtful }) => rolledOut !== lastGood && !doubtful,
  );
  if (active !== undefined || unproven || workload.replicas === 0) return undefined;
  const unready = view.podsOfNewestRevision(workload).filter(({ deleting, ready }) => !deleting && !ready);
  const known = check?.unhealthy ? unready : unready.filter((pod) => !moves.some((move) => runsAnotherPush(pod, move)));
  for (const pod of known) {
    const stuck = pod.containers.find(isStuck);
    if (stuck) return `Pod ${pod.name} was in ${stuck.waiting?.reason} before (container ${stuck.name}).`;
  }
  if (known.length < unready.length) return undefined;
  const unavailable = workload.status.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  // A workload that was just scaled up is not available either: it counts from the second check on.
  if (!unavailable || (moves.length > 0 && check?.unhealthy === undefined)) return undefined;
  return `It was not available before: ${unavailable.message ?? unavailable.reason ?? 'no reason given'}`;
}

/** Whether the pod runs neither the image that is replaced nor, as far as the registry knows, one of its platforms. */
function runsAnotherPush(pod: Pod, { facts, digest, to, from, decision }: Move): boolean {
  const running = reportedBy([pod], facts.name)[0]?.digest;
  if (running === undefined || running === (decision.move?.from ?? hadBefore({ facts }))) return false;
  if (running === digest || to?.relatedDigests.includes(running) === true) return true;
  return from !== undefined && !from.relatedDigests.includes(running);
}
