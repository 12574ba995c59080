import { mostTelling } from '../evidence.ts';
import { GRACES } from '../graces.ts';
import { isLive, isReady } from '../pods.ts';
import type { Condition, PodView, Verdict, VerdictInput } from '../types.ts';
import { blocked, failed, seconds } from '../verdicts.ts';
import { wantedPods } from './complete.ts';

/** What a deadline is measured by. `since`: the write, or the hold after it, or the end of a soak; ms since the epoch. */
export interface Term {
  readonly since: number;
  readonly now: number;
  readonly deadlineMs: number;
  readonly heldAt?: number;
}

export function termOf({ writtenAt, heldAt, now, deadlineMs }: VerdictInput): Term {
  return {
    since: Math.max(writtenAt, heldAt ?? writtenAt),
    now,
    deadlineMs,
    ...(heldAt !== undefined && { heldAt }),
  };
}

export function isOver({ since, now, deadlineMs }: Term): boolean {
  return now - since >= deadlineMs;
}

/**
 * Failed when the Deployment's own deadline has passed, or ours since a pod of the new revision was last made or became ready: fifty pods, one
 * after another, may take longer. Without any such pod there is nothing to judge: held.
 */
export function deadlineVerdict(input: VerdictInput, term: Term): Verdict | undefined {
  const { view } = input;
  const pods = view.pods.filter(isLive);
  const gaveUp = view.kind === 'Deployment' ? progressDeadline(view.status.conditions, pods, term) : undefined;
  if (pods.length === 0) return gaveUp || isOver(term) ? noPods(term) : undefined;
  if (gaveUp) {
    const why = gaveUp.message ?? 'The progress deadline of the Deployment has passed.';
    return timedOut('progress-deadline-exceeded', why, pods);
  }
  if (!isOver({ ...term, since: lastProgress(pods, term) })) return undefined;
  if (pods.some((pod) => !isReady(pod))) {
    return timedOut('deadline-exceeded', `Not available after ${seconds(term.deadlineMs)}.`, pods);
  }
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

function lastProgress(pods: readonly PodView[], { since }: Term): number {
  return Math.max(
    since,
    ...pods.map(({ createdAt = 0 }) => createdAt),
    ...pods.filter(isReady).map(({ readyChangedAt = 0 }) => readyChangedAt),
  );
}

/**
 * The condition, unless it may be left from before: it stays until the Deployment progresses again (pkg/controller/deployment/progress.go),
 * so it needs a grace after a hold, and when no pod of the new revision bears the name of the ReplicaSet that it blames.
 */
function progressDeadline(conditions: readonly Condition[], pods: readonly PodView[], term: Term) {
  const found = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (!found) return undefined;
  const named = /ReplicaSet "([^"]+)"/.exec(found.message ?? '')?.[1];
  const fresh = named === undefined ? pods.length > 0 : pods.some(({ name }) => name.startsWith(`${named}-`));
  const mature = term.now - term.since >= Math.min(GRACES.progress, term.deadlineMs);
  return mature || (fresh && term.heldAt === undefined) ? found : undefined;
}

export function timedOut(code: string, why: string, pods: readonly PodView[]): Verdict {
  const evidence = mostTelling(pods);
  const detail = evidence?.reason ? ` Pod ${evidence.pod}, container ${evidence.container}: ${evidence.reason}.` : '';
  return failed({ code, message: `${why}${detail}`, ...(evidence && { evidence }) });
}
