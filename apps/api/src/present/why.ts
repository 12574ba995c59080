import type { QuarantineEntry, Rollout, WorkloadState } from '@keelson/history';
import { shortDigest } from '@keelson/image';

/** What a check says while a rollout is due or under way: no longer true once that has ended. */
const PASSING = new Set(['new-digest', 'pushed-while-away', 'waiting-to-write', 'rolling-out']);

/**
 * Why a workload runs what it runs, as one text: what holds it, what of its image is in quarantine, how its newest rollout failed, then what
 * the last check found. Whatever is newer than that check and speaks against it takes its place; nothing is said twice.
 */
export function whyOf(state: WorkloadState, latest?: Rollout): string | undefined {
  const { check, hold, active } = state;
  const kept = quarantineInTheWay(state);
  const failure = kept === undefined && latest?.state === 'failed' ? failureOf(latest) : undefined;
  const news = [hold, kept, failure].flatMap((item) => (item ? [item] : []));

  // A hold lets what was written go on; a failure was the end of what the check told of, whatever is under way now.
  const against = [kept, failure, active === undefined ? hold : undefined];
  const overtaken = check && PASSING.has(check.code) && against.some((item) => item && item.at >= check.at);
  const found = check && !overtaken ? check.message : '';
  const told = news.flatMap(({ message }) => (found.includes(inner(message)) ? [] : [message]));
  const next = overtaken && latest?.id === active ? latest?.message : undefined;
  const messages = [...told, next, found].filter((message) => message !== undefined && message !== '');
  return messages.length === 0 ? undefined : messages.join(' ');
}

interface News {
  readonly at: number;
  readonly message: string;
}

/** The newest entry about a digest that the tag means, or that was written last. */
function quarantineInTheWay({ quarantine, check, digests }: WorkloadState): News | undefined {
  const meant = (entry: QuarantineEntry): boolean =>
    digests[entry.container]?.rolledOut === entry.digest ||
    check?.observed.some((seen) => seen.container === entry.container && seen.digest === entry.digest) === true;
  const entry = quarantine.find(meant);
  // The check has said it in its own way, with what runs instead.
  if (!entry || (check?.code === 'quarantined' && check.at >= entry.at)) return undefined;
  return { at: entry.at, message: `${shortDigest(entry.digest)} is in quarantine: ${entry.message}` };
}

function failureOf({ updatedAt, transitions }: Rollout): News | undefined {
  const message = transitions.at(-1)?.message;
  return message === undefined ? undefined : { at: updatedAt, message: `The newest rollout failed: ${message}` };
}

/** A sentence as it stands inside another one. */
function inner(message: string): string {
  return message.replace(/\.$/, '');
}
