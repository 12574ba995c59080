import { HistoryError } from '../errors.ts';
import { entriesAgainst } from '../restrictions/quarantine.ts';
import type { ClusterStop } from '../restrictions/types.ts';
import type { BeginResult, NewRollout } from './types.ts';
import type { Claim } from './workload-claim.ts';

/** Why it must not begin. Throws HistoryError `corrupt` where nobody can tell any more. */
export function refusal(
  { workload, changes, kind = 'update' }: NewRollout,
  { quarantine, hold, damaged }: Claim,
  stop: ClusterStop | undefined,
): BeginResult | undefined {
  if (damaged && kind === 'update') {
    throw new HistoryError(
      `The quarantine or hold of ${workload} is stored in a way that does not parse, so nothing new begins. Release and resume it.`,
      { code: 'corrupt' },
    );
  }
  const entries = entriesAgainst(quarantine, changes);
  if (entries.length > 0) return { outcome: 'quarantined', entries };
  if (kind === 'rollback') return undefined;
  if (hold !== undefined) return { outcome: 'on-hold', hold };
  return stop && { outcome: 'stopped', stop };
}
