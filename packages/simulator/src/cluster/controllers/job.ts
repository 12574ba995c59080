import { kinds } from '../kinds/table.ts';
import { timestamp } from '../objects/object.ts';
import type { Condition, Pod } from '../objects/pod.ts';
import { isActive, isReady } from '../objects/pod.ts';
import type { Job } from '../objects/workloads.ts';
import { isJob } from '../objects/workloads.ts';
import type { Control } from './control.ts';
import { writeStatus } from './control.ts';
import { createPod, deletePod, podsOf } from './pods.ts';

interface Tally {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
}

function tally(control: Control, job: Job): Tally {
  const pods = podsOf(control, job);
  const restarts = pods.map((pod) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map((each) => each.restartCount)),
  );
  const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
  return {
    active: pods.filter(isActive),
    succeeded: pods.filter((pod) => pod.status?.phase === 'Succeeded').length,
    // with restartPolicy OnFailure a failure is a restart in the same pod
    failed: failed + restarts.reduce((sum, each) => sum + each, 0),
  };
}

/** How the Job stands, if it has ended. */
function ending(job: Job, { succeeded, failed }: Tally): Pick<Condition, 'type' | 'reason' | 'message'> | undefined {
  const { completions, backoffLimit = 6 } = job.spec;
  if (failed > backoffLimit) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  if (completions !== undefined ? succeeded >= completions : succeeded > 0) {
    return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  }
  return undefined;
}

function settleStatus(control: Control, key: string, job: Job, counts: Tally, end: ReturnType<typeof ending>): void {
  const at = timestamp(control.now());
  const said = (type: string): Condition => ({
    ...end,
    type,
    status: 'True',
    lastProbeTime: at,
    lastTransitionTime: at,
  });
  const first = end?.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const { active, succeeded, failed } = counts;
  const status = {
    ...(end === undefined ? {} : { conditions: [said(first), said(end.type)] }),
    startTime: job.status?.startTime ?? at,
    ...(end?.type === 'Complete' ? { completionTime: at } : {}),
    ...(active.length === 0 ? {} : { active: active.length }),
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: active.filter(isReady).length,
  };
  writeStatus(control, kinds.job, key, status);
}

/** Runs pods until enough of them have succeeded or too many have failed. */
export function reconcileJob(control: Control, key: string): void {
  const job = control.store.get(kinds.job, key);
  if (!isJob(job) || job.metadata.deletionTimestamp || job.status?.conditions !== undefined) return;
  const before = tally(control, job);
  const end = ending(job, before);
  if (end !== undefined || job.spec.suspend === true) for (const pod of before.active) deletePod(control, pod);
  else {
    const missing = (job.spec.completions ?? Infinity) - before.succeeded;
    const wanted = Math.min(job.spec.parallelism ?? 1, missing);
    for (let more = wanted - before.active.length; more > 0; more -= 1) {
      if (createPod(control, job, job.spec.template, {}) === undefined) break;
    }
  }
  settleStatus(control, key, job, tally(control, job), end);
}
