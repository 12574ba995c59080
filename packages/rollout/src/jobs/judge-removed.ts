import { isDisrupted } from '../pods.ts';
import { isLost } from '../signals/of-container.ts';
import type { ContainerView, JobView, PodView, Verdict, VerdictInput } from '../types.ts';
import { failed, unproven } from '../verdicts.ts';
import { crashedAndRemoved, runFailed } from './run-failed.ts';

/**
 * The verdict on a Job that was removed before it ended, as `concurrencyPolicy: Replace` does it at the time of the next run. Its backoffLimit
 * decides nothing any more. One crash may be an accident, which a retry would have shown; of two the image is the cause.
 */
export function judgeRemoved(
  { changed }: Pick<VerdictInput, 'changed'>,
  { name }: JobView,
  pods: readonly PodView[],
): Verdict {
  const ran = pods.filter((pod) => !pod.deleting && !isDisrupted(pod));
  const containers = ran.flatMap((pod) => pod.containers).filter((one) => changed?.includes(one.name) ?? true);
  const crashes = containers.reduce((sum, one) => sum + crashesOf(one), 0);
  return crashes > 1
    ? failed(runFailed(name, { reason: crashedAndRemoved }, ran))
    : unproven(
        'run-interrupted',
        `Job ${name} was removed before it ended, so it is not known whether the new image works. It is judged by a run that ends.`,
      );
}

function crashesOf({ restarts, terminated, lastTerminated }: ContainerView): number {
  const ended = terminated ?? lastTerminated;
  if (!ended || ended.exitCode === 0 || isLost(ended)) return 0;
  return restarts + (terminated ? 1 : 0);
}
