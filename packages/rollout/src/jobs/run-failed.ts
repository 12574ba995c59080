import { keptMessageLines } from '@keelson/core';
import { evidenceOf } from '../evidence.ts';
import type { Signal } from '../signals/signal.ts';
import type { Condition, PodView } from '../types.ts';

/** A reason of our own: no controller ended the Job. */
export const crashedAndRemoved = 'CrashedAndRemoved';

/** What each reason of the Job controller means (k8s.io/api/batch/v1). */
const messageByReason: ReadonlyMap<string, string> = new Map([
  ['BackoffLimitExceeded', 'its pods failed more often than its backoffLimit allows'],
  ['DeadlineExceeded', 'it ran longer than its activeDeadlineSeconds'],
  ['PodFailurePolicy', 'its podFailurePolicy ended it'],
  ['FailedIndexes', 'some of its indexes failed'],
  ['MaxFailedIndexesExceeded', 'more of its indexes failed than maxFailedIndexes allows'],
  [crashedAndRemoved, 'it crashed more than once, and was removed before it ended'],
]);

/** The failure of a Job that has ended, with the failed container that was restarted most. */
export function runFailed(
  job: string,
  { reason, message }: Pick<Condition, 'reason' | 'message'>,
  pods: readonly PodView[],
): Pick<Signal, 'code' | 'message' | 'evidence'> {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const ended = all.filter(
    ({ container: { terminated, lastTerminated } }) => ((terminated ?? lastTerminated)?.exitCode ?? 0) !== 0,
  );
  const found = ended.toSorted((a, b) => b.container.restarts - a.container.restarts)[0];
  const evidence = found && evidenceOf(found.pod, found.container);
  const why =
    (reason && messageByReason.get(reason)) || keptMessageLines(message ?? reason ?? 'the cluster gives no reason');
  const detail =
    evidence?.exitCode === undefined
      ? ''
      : ` Container ${evidence.container} of pod ${evidence.pod} ended with exit code ${evidence.exitCode}.`;
  return {
    code: 'run-failed',
    message: `Job ${job} ran the new image and failed: ${why}.${detail}`,
    ...(evidence && { evidence }),
  };
}
