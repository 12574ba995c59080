import { HistoryError } from '../errors.ts';
import { entriesAgainst } from '../restrictions/quarantine.ts';
import type { Hold, Stop } from '../restrictions/types.ts';
import type { BeginResult, NewRollout } from './types.ts';
import type { Claim } from './workload-claim.ts';

/** Why a rollout must not begin; undefined when it may. @throws HistoryError `corrupt` when the quarantine or hold does not parse. */
export function refusal(
  rollout: NewRollout,
  { quarantine, hold, damaged }: Claim,
  stop: Stop | undefined,
): BeginResult | undefined {
  const { workload, changes, kind = 'update' } = rollout;
  if (damaged && kind === 'update') {
    throw new HistoryError(
      `The quarantine or hold of ${workload} is stored in a form that cannot be parsed, so no new rollout begins. Release its digests and resume it.`,
      { code: 'corrupt' },
    );
  }
  const entries = entriesAgainst(quarantine, changes);
  if (entries.length > 0) return { outcome: 'quarantined', entries };
  if (kind === 'rollback') return undefined;
  if (hold !== undefined && !endsHold(rollout, hold)) return { outcome: 'on-hold', hold };
  return stop && { outcome: 'stopped', stop };
}

/** Whether the hold ends when this rollout begins: what somebody keeps reverting is over once something newer is rolled out. */
export function endsHold({ kind = 'update' }: NewRollout, hold: Hold | undefined): boolean {
  return kind === 'update' && hold?.code === 'reverted';
}
