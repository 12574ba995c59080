import { entriesAgainst, withEntries } from '../restrictions/quarantine.ts';
import type { Hold } from '../restrictions/types.ts';
import { checked } from './initial-rollout.ts';
import type { Consequences, NewRollout, Rollout } from './types.ts';
import type { Claim } from './workload-claim.ts';

/** What is stored together with the end of a rollout. */
export interface Following {
  readonly quarantine: NonNullable<Consequences['quarantine']>;
  readonly released: NonNullable<Consequences['released']>;
  readonly hold: Hold | undefined;
  readonly rollback: NewRollout | undefined;
}

export const nothing: Following = { quarantine: [], released: [], hold: undefined, rollback: undefined };

/**
 * The consequences of a failure in the current state of the workload. An existing hold stays. Nothing is rolled back in a workload that was
 * removed or that a newer rollout has claimed, nor to a digest in quarantine.
 */
export function following(failed: Rollout, wanted: Consequences, claim: Claim, at: number): Following {
  const { quarantine = [], released = [] } = wanted;
  const hold = claim.hold === undefined ? wanted.hold : undefined;
  const claimed = claim.active !== undefined && claim.active !== failed.id;
  if (wanted.rollback === undefined || claim.gone || claimed)
    return { quarantine, released, hold, rollback: undefined };

  const { workload, id: rollbackOf } = failed;
  const rollback = checked({ ...wanted.rollback, workload, kind: 'rollback', rollbackOf });
  const [against] = entriesAgainst(withEntries(claim.quarantine, quarantine), rollback.changes);
  if (against === undefined) return { quarantine, released, hold, rollback };
  return {
    quarantine,
    released,
    hold: hold ?? (claim.hold === undefined ? noLastGood(at) : undefined),
    rollback: undefined,
  };
}

function noLastGood(at: number): Hold {
  const message =
    'The digest to roll back to is in quarantine too, so nothing was rolled back. Release it, or roll out another one.';
  return { code: 'no-last-good', message, at };
}
