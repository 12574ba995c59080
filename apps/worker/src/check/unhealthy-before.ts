import type { WorkloadState } from '@keelson/history';
import { digestOfImageID } from '@keelson/image';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';
import type { ContainerCheck } from './check-container.ts';

/** What is about to be rolled out, and what it takes the place of. */
type Move = Pick<ContainerCheck, 'digest' | 'to' | 'from'> & {
  readonly facts: Pick<ContainerCheck['facts'], 'name'>;
  readonly decision: Pick<ContainerCheck['decision'], 'move'>;
};

/**
 * Why a workload is unhealthy before anything new is written to it, in a sentence: a new image is then not blamed for what it finds.
 * undefined while all is well, and where what runs badly is Keelson's own last push: then the newer one is judged like any other. So it is
 * where pods pulled a push by themselves, since somebody scaled or a node was drained before anybody looked at the tag. But a pod that crashed
 * already at the last look pulls it too, each time that it starts anew.
 */
export function unhealthyBefore(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { digests, active, check }: Pick<WorkloadState, 'digests' | 'active' | 'check'>,
  moves: readonly Move[],
): string | undefined {
  const unproven = Object.values(digests).some(({ rolledOut, lastGood }) => rolledOut !== lastGood);
  if (active !== undefined || unproven || workload.replicas === 0) return undefined;
  const unready = view.podsOfNewestRevision(workload).filter(({ deleting, ready }) => !deleting && !ready);
  const known = check?.unhealthy ? unready : unready.filter((pod) => !moves.some((move) => runsAnotherPush(pod, move)));
  for (const pod of known) {
    const stuck = pod.containers.find(isStuck);
    if (stuck) return `Pod ${pod.name} was in ${stuck.waiting?.reason} before (container ${stuck.name}).`;
  }
  if (known.length < unready.length) return undefined;
  const unavailable = workload.status.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  // One that was scaled up a moment ago is not available either: it counts from the second look on.
  if (!unavailable || (moves.length > 0 && check?.unhealthy === undefined)) return undefined;
  return `It was not available before: ${unavailable.message ?? unavailable.reason ?? 'no reason given'}`;
}

/** Whether the pod runs neither what is replaced nor, as far as the registry tells, an image for one platform of it. */
function runsAnotherPush({ containers }: Pod, { facts, digest, to, from, decision }: Move): boolean {
  const running = digestOfImageID(containers.find(({ name }) => name === facts.name)?.imageID ?? '');
  if (running === undefined || running === decision.move?.from) return false;
  if (running === digest || to?.relatedDigests.includes(running) === true) return true;
  return from !== undefined && !from.relatedDigests.includes(running);
}
