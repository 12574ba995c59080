import { hasRun, isLive } from '../pods.ts';
import type { Term } from '../progress/deadline.ts';
import { isOver, termOf, timedOut } from '../progress/deadline.ts';
import { notStarted } from '../progress/not-started.ts';
import type { JobView, PodView, Verdict, VerdictInput } from '../types.ts';
import { blocked, seconds, unproven } from '../verdicts.ts';

/** The deadline of a Job is measured from its start, however long after the write that is. */
export function termOfJob(input: VerdictInput, { startedAt }: JobView): Term {
  const term = termOf(input);
  return { ...term, since: Math.max(term.since, startedAt ?? term.since) };
}

/**
 * The verdict on a Job that has not ended by the deadline. A run may last any time, and a Job that is suspended or queued is not started: neither
 * says anything about the image, so that is unproven until the Job ends.
 */
export function jobDeadline(
  { changed }: Pick<VerdictInput, 'changed'>,
  job: JobView,
  pods: readonly PodView[],
  term: Term,
): Verdict | undefined {
  if (!isOver(term)) return undefined;
  const { name, startedAt } = job;
  if (startedAt === undefined) {
    return unproven(
      'job-not-started',
      `Job ${name} is not started: it is suspended or queued. It is judged when it ends, or by a later run that does.`,
    );
  }
  if (pods.some((pod) => pod.containers.some(hasRun))) {
    const since = seconds(term.now - startedAt);
    return unproven(
      'job-running',
      `Job ${name} has not ended after ${since}, so it is not known whether the new image works. It is judged when it ends, or by a later run that does.`,
    );
  }
  const live = pods.filter(isLive);
  if (live.length > 0) {
    const early = notStarted(live, changed, term.now - term.since);
    return early ?? timedOut('deadline-exceeded', `Job ${name} did not start after ${seconds(term.deadlineMs)}.`, live);
  }
  return blocked(
    'no-pods',
    `Job ${name} has no pod after ${seconds(term.now - term.since)}, so its image cannot be judged.`,
  );
}
