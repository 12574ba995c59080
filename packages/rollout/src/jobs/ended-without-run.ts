import { hasRun, isDisrupted } from '../pods.ts';
import type { Term } from '../progress/deadline.ts';
import { containerSignal, isLost } from '../signals/of-container.ts';
import { podSignals } from '../signals/of-pod.ts';
import { firstBlocker } from '../signals/pick.ts';
import type { Condition, ContainerView, JobView, PodView, Verdict } from '../types.ts';
import { blocked, unproven } from '../verdicts.ts';

/**
 * The verdict on a Job that failed without a run of any new image, as by its activeDeadlineSeconds while the registry or the nodes kept its pods
 * from starting. Such an image cannot be at fault, so a later run is waited for. The Job controller may have deleted the pods: then what was known until
 * now counts, and at a deadline nothing is known of pods that nobody saw.
 */
export function endedWithoutRun(
  { name }: JobView,
  { reason }: Pick<Condition, 'reason'>,
  pods: readonly PodView[],
  changed: readonly string[] | undefined,
  term: Term,
): Verdict | undefined {
  const isBlocked = term.blockedAt !== undefined && term.blockedAt >= term.now;
  const isUnseen = pods.length === 0 ? isBlocked : pods.every((pod) => isInnocent(pod, changed));
  if (!isUnseen) return pods.length === 0 && reason === 'DeadlineExceeded' ? unseen(name) : undefined;
  const blocker = firstBlocker(podSignals(pods, changed));
  // Drained and evicted pods may have run the new image.
  const why = pods.some(isDisrupted)
    ? 'after pods of it were ended by their node or by the cluster'
    : 'before a container with a new image had run';
  const message = `Job ${name} failed ${why}, so no new image can be judged. A later run is judged.`;
  return blocker
    ? blocked(blocker.code, `${message} ${blocker.message}`, blocker.evidence)
    : blocked('not-started', message);
}

function unseen(name: string): Verdict {
  return unproven(
    'run-unseen',
    `Job ${name} ran longer than its activeDeadlineSeconds, and nobody saw its pods, which are gone: it is not known whether the new image ran in them. A later run is judged.`,
  );
}

/** Whether no image that the rollout changes can have caused the end of this pod. */
function isInnocent(pod: PodView, changed: readonly string[] | undefined): boolean {
  if (isDisrupted(pod)) return podSignals([pod], changed).every(({ effect }) => effect !== 'fail');
  return pod.containers
    .filter(({ name }) => changed === undefined || changed.includes(name))
    .every((container) => !hasEverRun(container) && containerSignal(pod, container)?.effect !== 'fail');
}

/** The kubelet also calls a container terminated that it never started, once its pod is deleted. */
function hasEverRun(container: ContainerView): boolean {
  const { terminated, restarts } = container;
  return hasRun(container) && !(terminated && isLost(terminated) && restarts === 0);
}
