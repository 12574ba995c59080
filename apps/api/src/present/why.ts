import type { QuarantineEntry, Rollout, WorkloadState } from '@keelson/history';
import { describeRollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Finding } from './finding.ts';

/**
 * Why a workload runs what it runs, as one text: what cannot be read of it, its hold, the quarantine of its current image, the failure of its newest rollout, then what is
 * known of it otherwise. No message appears twice.
 *
 * @param latest The newest rollout of the workload, under way or done.
 */
export function whyOf(state: WorkloadState, finding: Finding | undefined, latest?: Rollout): string | undefined {
  const { hold, unreadable = [] } = state;
  const quarantined = currentQuarantine(state, finding);
  const said = quarantined !== undefined || finding?.brief !== undefined;
  const failure = !said && latest?.state === 'failed' ? failureOf(latest) : undefined;
  const whole = ({ message }: { readonly message: string }): Reason => ({ cause: message, message });
  const reasons = [...unreadable.map(whole), hold && whole(hold), quarantined, failure].filter(
    (reason) => reason !== undefined,
  );

  const found = finding?.message ?? '';
  const repeats = ({ cause }: Reason): boolean => found.includes(withoutPeriod(cause));
  // A check says more than the reason that it includes; of a rollout only the reason is left out.
  const shown = finding?.brief === undefined ? reasons.filter((reason) => !repeats(reason)) : reasons;
  const rest = finding?.brief !== undefined && reasons.some(repeats) ? finding.brief : found;
  const messages = [...shown.map(({ message }) => message), rest].filter((message) => message !== '');
  return messages.length === 0 ? undefined : messages.join(' ');
}

interface Reason {
  readonly cause: string;
  /** The cause, with what it is about. */
  readonly message: string;
}

/** The newest entry of a digest that the tag refers to, or that was written last. */
function currentQuarantine(state: WorkloadState, finding: Finding | undefined): Reason | undefined {
  const { quarantine, check, digests } = state;
  const isCurrent = (entry: QuarantineEntry): boolean =>
    digests[entry.container]?.rolledOut === entry.digest ||
    check?.observed.some((seen) => seen.container === entry.container && seen.digest === entry.digest) === true;
  const entry = quarantine.find(isCurrent);
  // The message of the check says it already, together with what runs instead.
  if (!entry || (finding?.code === 'quarantined' && finding.at >= entry.at)) return undefined;
  return { cause: entry.message, message: `${shortDigest(entry.digest)} is in quarantine: ${entry.message}` };
}

function failureOf(failed: Rollout): Reason {
  const { message } = describeRollout(failed);
  return { cause: failed.transitions.at(-1)?.message ?? message, message };
}

function withoutPeriod(message: string): string {
  return message.replace(/\.$/, '');
}
