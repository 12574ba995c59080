import { entriesAgainst, withEntries } from '../restrictions/quarantine.ts';
import type { Hold } from '../restrictions/types.ts';
import { checked } from './initial-rollout.ts';
import type { Consequences, NewRollout, Rollout } from './types.ts';
import type { Claim } from './workload-claim.ts';

/** What is written with a rollout's end. */
export interface Following {
  readonly quarantine: NonNullable<Consequences['quarantine']>;
  readonly hold: Hold | undefined;
  readonly rollback: NewRollout | undefined;
}

export const nothing: Following = { quarantine: [], hold: undefined, rollback: undefined };

/**
 * What follows from this failure as things are now. A hold that there is stays: whoever put it there had a reason. Nothing is rolled back
 * in a workload that was removed, or that a newer rollout has claimed, or to what is in quarantine itself.
 */
export function following(failed: Rollout, asked: Consequences, claim: Claim, at: number): Following {
  const quarantine = asked.quarantine ?? [];
  const hold = claim.hold === undefined ? asked.hold : undefined;
  const claimed = claim.active !== undefined && claim.active !== failed.id;
  if (asked.rollback === undefined || claim.gone || claimed) return { quarantine, hold, rollback: undefined };

  const { workload, id: rollbackOf } = failed;
  const rollback = checked({ ...asked.rollback, workload, kind: 'rollback', rollbackOf });
  const [against] = entriesAgainst(withEntries(claim.quarantine, quarantine), rollback.changes);
  if (against === undefined) return { quarantine, hold, rollback };
  return { quarantine, hold: hold ?? (claim.hold === undefined ? nowhere(at) : undefined), rollback: undefined };
}

function nowhere(at: number): Hold {
  const message =
    'The digest to go back to is in quarantine itself, so nothing was rolled back. Release it, or roll out another one.';
  return { code: 'no-last-good', message, at };
}
