import type { QuarantineEntry, Rollout, WorkloadState } from '@keelson/history';
import { shortDigest } from '@keelson/image';

/** Codes of checks that are only true while a rollout is due or under way. */
const temporary = new Set(['new-digest', 'pushed-while-away', 'waiting-to-write', 'rolling-out']);

/**
 * Why a workload runs what it runs, as one text: its hold, the quarantine of its current image, the failure of its newest rollout, then what the
 * last check found. A message that is newer than the check and contradicts it replaces it; no message appears twice.
 *
 * @param latest The newest rollout of the workload, under way or done.
 */
export function whyOf(state: WorkloadState, latest?: Rollout): string | undefined {
  const { check, hold, active } = state;
  const quarantined = currentQuarantine(state);
  const failure = quarantined === undefined && latest?.state === 'failed' ? failureOf(latest) : undefined;
  const reasons = [hold, quarantined, failure].flatMap((item) => (item ? [item] : []));

  // A hold does not stop a write that is under way; a failure ended the rollout that the check describes, whatever is under way now.
  const contradicting = [quarantined, failure, active === undefined ? hold : undefined];
  const outdated = check && temporary.has(check.code) && contradicting.some((item) => item && item.at >= check.at);
  const found = check && !outdated ? check.message : '';
  const added = reasons.flatMap(({ message }) => (found.includes(withoutPeriod(message)) ? [] : [message]));
  const next = outdated && latest?.id === active ? latest?.message : undefined;
  const messages = [...added, next, found].filter((message) => message !== undefined && message !== '');
  return messages.length === 0 ? undefined : messages.join(' ');
}

interface DatedMessage {
  readonly at: number;
  readonly message: string;
}

/** The newest entry of a digest that the tag refers to, or that was written last. */
function currentQuarantine({ quarantine, check, digests }: WorkloadState): DatedMessage | undefined {
  const isCurrent = (entry: QuarantineEntry): boolean =>
    digests[entry.container]?.rolledOut === entry.digest ||
    check?.observed.some((seen) => seen.container === entry.container && seen.digest === entry.digest) === true;
  const entry = quarantine.find(isCurrent);
  // The message of the check says it already, together with what runs instead.
  if (!entry || (check?.code === 'quarantined' && check.at >= entry.at)) return undefined;
  return { at: entry.at, message: `${shortDigest(entry.digest)} is in quarantine: ${entry.message}` };
}

function failureOf({ updatedAt, transitions }: Rollout): DatedMessage | undefined {
  const message = transitions.at(-1)?.message;
  return message === undefined ? undefined : { at: updatedAt, message: `The newest rollout failed: ${message}` };
}

function withoutPeriod(message: string): string {
  return message.replace(/\.$/, '');
}
