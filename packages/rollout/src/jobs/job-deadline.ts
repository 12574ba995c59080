import { hasRun, isLive } from '../pods.ts';
import type { Term } from '../progress/deadline.ts';
import { isOver, termOf, timedOut } from '../progress/deadline.ts';
import { notStarted } from '../progress/not-started.ts';
import type { JobView, PodView, Verdict, VerdictInput } from '../types.ts';
import { blocked, seconds } from '../verdicts.ts';

/** The deadline of a Job is measured from its start, however long after the write that is. */
export function termOfJob(input: VerdictInput, { startedAt }: JobView): Term {
  const term = termOf(input);
  return { ...term, since: Math.max(term.since, startedAt ?? term.since) };
}

/** The verdict on a Job whose pods have not started by the deadline. A run may last any time; a Job that is not started (suspended, queued) has no deadline. */
export function jobDeadline(
  { changed }: Pick<VerdictInput, 'changed'>,
  job: JobView,
  pods: readonly PodView[],
  term: Term,
): Verdict | undefined {
  if (job.startedAt === undefined || !isOver(term) || pods.some((pod) => pod.containers.some(hasRun))) return undefined;
  const live = pods.filter(isLive);
  if (live.length > 0) {
    const early = notStarted(live, changed, term.now - term.since);
    return (
      early ?? timedOut('deadline-exceeded', `Job ${job.name} did not start after ${seconds(term.deadlineMs)}.`, live)
    );
  }
  return blocked(
    'no-pods',
    `Job ${job.name} has no pod after ${seconds(term.now - term.since)}, so its image cannot be judged.`,
  );
}
