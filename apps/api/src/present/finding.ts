import type { Rollout, WorkloadState } from '@keelson/history';
import { describeRollout, startOf } from '@keelson/history';

/** What is known of a workload: what its last check found, or what a rollout did since. */
export interface Finding {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  /** The message without a reason that the workload's restrictions may have too; of a rollout only. */
  readonly brief?: string;
  /** Whether it is what a rollout did since the check. */
  readonly overtaken: boolean;
}

/** Codes of checks that are only true while a rollout is due, under way or unproven. */
const temporary = new Set([
  'new-digest',
  'pushed-while-away',
  'running-another-digest',
  'waiting-to-write',
  'rolling-out',
  'rolling-back',
  'unproven',
]);

/**
 * Whether a rollout began or ended since the check: then the check no longer describes the workload (law 16). Compared are the rollouts that the
 * check knew of, since a check may end after the rollout that it still saw under way.
 */
export function isOvertaken({ check, active, unproven, latest }: WorkloadState): boolean {
  if (check === undefined) return false;
  const { knew } = check;
  if (knew) {
    const ended = knew.active !== undefined && knew.active !== active;
    const left = knew.unproven !== undefined && knew.unproven !== unproven;
    // Past the retention none is the newest any more.
    return ended || left || (latest !== undefined && knew.latest !== latest);
  }
  // A check of an earlier build.
  return temporary.has(check.code) && (active === undefined || startOf(active) > check.at);
}

/** The id of the rollout that has to be read for `findingOf`; undefined where the check says all. */
export function newestNeeded(state: WorkloadState): string | undefined {
  const { check, active, latest } = state;
  const announced = check !== undefined && active !== undefined && temporary.has(check.code);
  return announced || isOvertaken(state) ? (latest ?? check?.knew?.latest) : undefined;
}

/** What a check says of a restriction that ended since, or of a workload that is no longer followed (law 16); undefined where it still holds. */
function endedSince(state: WorkloadState) {
  const { record, check, hold, quarantine, unreadable, active } = state;
  if (check === undefined) return undefined;
  // Of an earlier build, and no rollout is known.
  if (isOvertaken(state)) return { code: check.code, message: '' };
  if (record.notFollowed && active === undefined && !check.code.startsWith('policy-')) {
    const message = `Keelson does not follow the workload, whose policy is ${record.policy}: nothing is rolled out.`;
    return { code: 'not-followed', message };
  }
  if (check.code === 'on-hold' && unreadable === undefined) {
    if (hold && check.message.includes(hold.message)) return undefined;
    const message = hold ? '' : 'The workload was resumed since the last check; the next one says what follows.';
    return { code: hold ? 'on-hold' : 'resumed', message };
  }
  if (check.code !== 'quarantined' || unreadable !== undefined) return undefined;
  const isListed = quarantine.some(({ container, digest }) =>
    check.observed.some((seen) => seen.container === container && seen.digest === digest),
  );
  const message = 'What was quarantined was released since the last check; the next one says what follows.';
  return isListed ? undefined : { code: 'released', message };
}

/** What is known of a workload now; undefined before its first check. */
export function findingOf(state: WorkloadState, newest: Rollout | undefined): Finding | undefined {
  const { check } = state;
  if (check === undefined) return undefined;
  const needed = newestNeeded(state);
  if (needed === undefined) {
    const { code, message } = endedSince(state) ?? check;
    return { at: check.at, code, message, overtaken: false };
  }
  if (newest === undefined) {
    const message = `Rollout ${needed} is not in the history any more, or cannot be read; the next check says what holds.`;
    return { at: check.at, code: 'rollout-unknown', message, overtaken: true };
  }
  const rollout = describeRollout(newest);
  if (check.error === undefined) return { at: newest.updatedAt, ...rollout, overtaken: true };
  // The registry could not be read, which no rollout contradicts.
  const { code, message } = check.error;
  return {
    at: check.at,
    code,
    message: `${rollout.message} ${message}`,
    brief: `${rollout.brief} ${message}`,
    overtaken: true,
  };
}
