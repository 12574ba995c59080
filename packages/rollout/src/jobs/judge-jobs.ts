import { inOrder } from '../pods.ts';
import { podSignals } from '../signals/of-pod.ts';
import { dueFault, firstBlocker } from '../signals/pick.ts';
import type { Condition, JobView, Verdict, VerdictInput } from '../types.ts';
import { blocked, failed, succeeded, unproven, waiting } from '../verdicts.ts';
import { endedWithoutRun } from './ended-without-run.ts';
import { jobDeadline, termOfJob } from './job-deadline.ts';
import { judgeRemoved } from './judge-removed.ts';
import { runFailed } from './run-failed.ts';

/**
 * The verdict on a CronJob: by its first run with the new image that ends. There is no deadline for a run to begin. Until one ends, a run that was
 * removed before it did says more than the next one, which may be removed as well; else the newest run decides that has a pod.
 */
export function judgeJobs(input: VerdictInput): Verdict {
  const judged = (input.view.jobs ?? []).map((job) => ({ job, verdict: judgeJob(input, job) }));
  const [first] = judged;
  if (!first) {
    return input.view.paused
      ? unproven(
          'next-run',
          'Written; the CronJob is suspended. Its first run after that will run the new image and be judged.',
        )
      : unproven('next-run', 'Written; the next run of the CronJob will run the new image and be judged.');
  }
  const decisive =
    judged.find(({ verdict: { type } }) => type === 'succeeded' || type === 'failed') ??
    judged.find(({ job, verdict: { type } }) => job.removed && type === 'unproven') ??
    judged.findLast(({ job }) => job.pods.length > 0) ??
    judged.find(({ verdict: { type } }) => type === 'blocked') ??
    judged.find(({ verdict: { type } }) => type === 'waiting') ??
    first;
  return decisive.verdict;
}

function judgeJob(input: VerdictInput, job: JobView): Verdict {
  const done = holds(job.conditions, 'Complete') ?? holds(job.conditions, 'SuccessCriteriaMet');
  if (done) return succeeded('run-succeeded', `Job ${job.name} ran the new image and succeeded.`);
  const gaveUp = holds(job.conditions, 'Failed') ?? holds(job.conditions, 'FailureTarget');
  const pods = inOrder(job.pods);
  const term = termOfJob(input, job);
  if (gaveUp)
    return endedWithoutRun(job, gaveUp, pods, input.changed, term) ?? failed(runFailed(job.name, gaveUp, pods));
  if (job.removed) return judgeRemoved(input, job, pods);
  const signals = podSignals(pods, input.changed);
  const fault = dueFault(signals, term);
  if (fault) return failed(fault);
  const blocker = firstBlocker(signals);
  if (blocker) return blocked(blocker.code, blocker.message, blocker.evidence);
  return (
    jobDeadline(input, job, pods, term) ??
    waiting('progressing', `Job ${job.name} runs the new image and is judged when it ends.`)
  );
}

function holds(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((each) => each.type === type && each.status === 'True');
}
