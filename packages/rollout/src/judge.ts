import { judgeJobs } from './jobs/judge-jobs.ts';
import { inOrder } from './pods.ts';
import { judgePods } from './progress/judge-pods.ts';
import { judgeUnseen, notObserved } from './progress/judge-unseen.ts';
import { sinceWrite } from './since-write.ts';
import type { Verdict, VerdictInput } from './types.ts';
import { waiting } from './verdicts.ts';

/**
 * The verdict on one rollout, from the pods of its new revision and the status of its controller. Pure: the same input gives the same verdict.
 * A paused workload never fails, since nothing can improve until it is resumed; a complete one succeeds all the same. A suspended CronJob is judged
 * by the Jobs that it has: people run it by hand.
 */
export function judge(input: VerdictInput): Verdict {
  const { view, unhealthyBefore } = input;
  const verdict = decide({ ...input, view: { ...view, pods: inOrder(sinceWrite(input)) } });
  const isPaused = view.paused && view.kind !== 'CronJob';
  if (isPaused && (verdict.type === 'waiting' || verdict.type === 'blocked' || verdict.type === 'failed')) {
    return waiting('paused', `The ${view.kind} is paused: nothing rolls out until it is resumed.`);
  }
  if (verdict.type === 'failed' && unhealthyBefore !== undefined) {
    return {
      ...verdict,
      code: 'unhealthy-before',
      message: `${verdict.message} The new image is not blamed, as the workload was unhealthy before: ${unhealthyBefore}`,
      blamed: false,
    };
  }
  return verdict;
}

function decide(input: VerdictInput): Verdict {
  const { view, generation } = input;
  if (view.kind === 'CronJob') return judgeJobs(input);
  if (view.status.observedGeneration < generation) return judgeUnseen(input);
  return view.isBehind
    ? waiting(notObserved, 'The workload was changed, and its pods are not seen yet as they are since.')
    : judgePods(input);
}
