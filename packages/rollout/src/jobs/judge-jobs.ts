import { inOrder } from '../pods.ts';
import { podSignals } from '../signals/of-pod.ts';
import { dueFault, firstBlocker } from '../signals/pick.ts';
import type { Condition, JobView, Verdict, VerdictInput } from '../types.ts';
import { blocked, failed, succeeded, unproven, waiting } from '../verdicts.ts';
import { endedWithoutRun } from './ended-without-run.ts';
import { jobDeadline, termOfJob } from './job-deadline.ts';
import { runFailed } from './run-failed.ts';

/** The verdict on a CronJob: by its first run with the new image that ends. There is no deadline for a run to begin. */
export function judgeJobs(input: VerdictInput): Verdict {
  const { jobs = [] } = input.view;
  if (jobs.length === 0) {
    return input.view.paused
      ? unproven(
          'next-run',
          'Written; the CronJob is suspended. Its first run after that will run the new image and be judged.',
        )
      : unproven('next-run', 'Written; the next run of the CronJob will run the new image and be judged.');
  }
  const verdicts = jobs.map((job) => judgeJob(input, job));
  return (
    verdicts.find(({ type }) => type === 'succeeded' || type === 'failed') ??
    verdicts.find(({ type }) => type === 'blocked') ??
    verdicts.find(({ type }) => type === 'waiting') ??
    verdicts[0] ??
    waiting('progressing', '')
  );
}

function judgeJob(input: VerdictInput, job: JobView): Verdict {
  const done = holds(job.conditions, 'Complete') ?? holds(job.conditions, 'SuccessCriteriaMet');
  if (done) return succeeded('run-succeeded', `Job ${job.name} ran the new image and succeeded.`);
  const gaveUp = holds(job.conditions, 'Failed') ?? holds(job.conditions, 'FailureTarget');
  const pods = inOrder(job.pods);
  const term = termOfJob(input, job);
  if (gaveUp) return endedWithoutRun(job, pods, input.changed, term) ?? failed(runFailed(job.name, gaveUp, pods));
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
