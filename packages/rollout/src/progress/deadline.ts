import { clearestEvidence, podEvidence } from '../evidence.ts';
import { graces } from '../graces.ts';
import { isLive, isLostWithNode, isReady } from '../pods.ts';
import type { Condition, PodView, Verdict, VerdictInput } from '../types.ts';
import { blocked, failed, seconds } from '../verdicts.ts';
import { wantedPods } from './complete.ts';
import { notStarted } from './not-started.ts';

/** How a deadline is measured. `since`: the write, the end of a blocked phase or the end of a soak; milliseconds since the epoch. */
export interface Term {
  readonly since: number;
  readonly now: number;
  readonly deadlineMs: number;
  readonly blockedAt?: number;
}

export function termOf({ writtenAt, blockedAt, now, deadlineMs }: VerdictInput): Term {
  return {
    since: Math.max(writtenAt, blockedAt ?? writtenAt),
    now,
    deadlineMs,
    ...(blockedAt !== undefined && { blockedAt }),
  };
}

export function isOver({ since, now, deadlineMs }: Term): boolean {
  return now - since >= deadlineMs;
}

/**
 * Failed when the Deployment's own deadline has passed, or ours since a pod of the new revision was last created or became ready: fifty pods,
 * one after another, may take longer. Blocked without any such pod, and where none of them has started a new image, since there is nothing to judge.
 */
export function deadlineVerdict(input: VerdictInput, term: Term): Verdict | undefined {
  const { view } = input;
  const pods = view.pods.filter(isLive);
  const gaveUp = view.kind === 'Deployment' ? progressDeadline(view.status.conditions, pods, term) : undefined;
  if (pods.length === 0) return gaveUp || isOver(term) ? noPods(term) : undefined;
  const unready = pods.filter((pod) => !isReady(pod));
  const judged = unready.filter((pod) => !isLostWithNode(pod));
  const late = () => withoutNode(unready, judged) ?? notStarted(judged, input.changed, term.now - term.since);
  // The Deployment takes a moment to see that all of its pods are ready after all.
  if (gaveUp && unready.length > 0) {
    const why = gaveUp.message ?? 'The progress deadline of the Deployment has passed.';
    return late() ?? timedOut('progress-deadline-exceeded', why, pods);
  }
  const since = lastProgress(pods, term);
  if (!isOver({ ...term, since })) return undefined;
  if (unready.length > 0) {
    return late() ?? timedOut('deadline-exceeded', `Not available after ${seconds(term.deadlineMs)}.`, pods);
  }
  // Ready pods are not available before that, whatever the deadline is.
  if (!isOver({ ...term, since: since + (view.minReadyMs ?? 0) })) return undefined;
  return {
    type: 'failed',
    code: 'deadline-exceeded',
    message: `Not complete after ${seconds(term.deadlineMs)}, although every pod of the new revision is ready: ${view.status.updated} of ${wantedPods(view)} pods are new, ${view.status.available} available.`,
    blamed: false,
  };
}

function noPods({ now, since }: Term): Verdict {
  return blocked(
    'no-pods',
    `${seconds(now - since)} have passed without a pod of the new revision, so its image cannot be judged.`,
  );
}

/** The verdict where no pod is unready but those of nodes that do not answer. */
function withoutNode([first]: readonly PodView[], judged: readonly PodView[]): Verdict | undefined {
  if (first === undefined || judged.length > 0) return undefined;
  return blocked(
    'node-not-ready',
    `Pod ${first.name} is not ready, though its containers are: its node does not answer, so the image cannot be judged.`,
    podEvidence(first, undefined, undefined),
  );
}

function lastProgress(pods: readonly PodView[], { since }: Term): number {
  return Math.max(
    since,
    ...pods.map(({ createdAt = 0 }) => createdAt),
    ...pods.filter(isReady).map(({ readyChangedAt = 0 }) => readyChangedAt),
  );
}

/**
 * The condition of the Deployment, unless it may be an old one: it stays until the Deployment progresses again
 * (pkg/controller/deployment/progress.go), so it needs a grace after a blocked phase, and where no pod belongs to the ReplicaSet that it names.
 */
function progressDeadline(conditions: readonly Condition[], pods: readonly PodView[], term: Term) {
  const found = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (!found) return undefined;
  const named = /ReplicaSet "([^"]+)"/.exec(found.message ?? '')?.[1];
  const fresh = named === undefined ? pods.length > 0 : pods.some(({ name }) => name.startsWith(`${named}-`));
  const mature = term.now - term.since >= Math.min(graces.progress, term.deadlineMs);
  return mature || (fresh && term.blockedAt === undefined) ? found : undefined;
}

export function timedOut(code: string, why: string, pods: readonly PodView[]): Verdict {
  const evidence = clearestEvidence(pods);
  const detail = evidence?.reason ? ` Pod ${evidence.pod}, container ${evidence.container}: ${evidence.reason}.` : '';
  return failed({ code, message: `${why}${detail}`, ...(evidence && { evidence }) });
}
