import type { WorkloadState } from '@keelson/history';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';
import { currentPods } from '../running/current-pods.ts';
import { reportedBy } from '../running/reported-by.ts';
import type { ContainerCheck } from './check-container.ts';
import { hadBefore } from './check-container.ts';

/** What the tag means and the workload has, and what is about to be rolled out. */
type Checked = Pick<ContainerCheck, 'digest' | 'to' | 'from'> & {
  readonly facts: Pick<ContainerCheck['facts'], 'name' | 'pinned' | 'rolledOut'>;
  readonly decision: Pick<ContainerCheck['decision'], 'move'>;
};

/**
 * Why a workload is unhealthy before anything new is written to it, in one sentence; a new image is then not blamed for that.
 *
 * undefined while the workload is healthy, and where Keelson's own last push is what runs badly: then the newer push is judged like any other.
 * The same holds where pods pulled a push by themselves, because the workload was scaled or a node drained before the tag was checked, or while an older
 * answer about it was shared. But pods that failed already at the last check pull the push too, each time they restart: those still count as unhealthy
 * before. Pods that came after it are starting, and make no workload unavailable.
 */
export function unhealthyBefore(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { digests, active, check }: Pick<WorkloadState, 'digests' | 'active' | 'check'>,
  checked: readonly Checked[],
): string | undefined {
  const unproven = Object.values(digests).some(
    ({ rolledOut, lastGood, doubtful }) => rolledOut !== lastGood && !doubtful,
  );
  if (active !== undefined || unproven || workload.replicas === 0) return undefined;
  const unready = currentPods(view.podsOfNewestRevision(workload)).filter(({ ready }) => !ready);
  const wasThere = (pod: Pod) => check === undefined || Date.parse(pod.createdAt) + resolutionMs <= check.at;
  const wasFailing = (pod: Pod) => check?.unhealthy !== undefined && wasThere(pod);
  const known = unready.filter((pod) => wasFailing(pod) || !checked.some((one) => runsAnotherPush(pod, one)));
  for (const pod of known) {
    const stuck = pod.containers.find(isStuck);
    if (stuck) return `Pod ${pod.name} was in ${stuck.waiting?.reason} before (container ${stuck.name}).`;
  }
  if (known.length < unready.length || (unready.length > 0 && !unready.some(wasThere))) return undefined;
  const unavailable = workload.status.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  // A workload that was just scaled up is not available either: it counts from the second check on.
  if (!unavailable || (checked.some(isNew) && check?.unhealthy === undefined)) return undefined;
  return `It was not available before: ${unavailable.message ?? unavailable.reason ?? 'no reason given'}`;
}

/** Times in the cluster are in whole seconds, rounded down. */
const resolutionMs = 1_000;

/** Whether something is to be written, or was as soon as a hold ended. */
function isNew({ facts, digest, decision }: Checked): boolean {
  const had = hadBefore({ facts });
  return decision.move !== undefined || (had !== undefined && had !== digest);
}

/** Whether the pod runs neither the image that the workload has nor, as far as the registry knows, one of its platforms. */
function runsAnotherPush(pod: Pod, { facts, digest, to, from, decision }: Checked): boolean {
  const running = reportedBy([pod], facts.name)[0]?.digest;
  const had = decision.move?.from ?? hadBefore({ facts });
  if (running === undefined || running === had) return false;
  if (had === undefined && decision.move === undefined) return false;
  if (decision.move === undefined && from === undefined) return true;
  if (running === digest || to?.relatedDigests.includes(running) === true) return true;
  return from !== undefined && !from.relatedDigests.includes(running);
}
