import type { WorkloadId } from '@keelson/core';
import { toJson } from '../codec/json.ts';
import { reverted as shape } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import type { Claim } from '../rollouts/workload-claim.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import type { Reverted } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** How long a revert counts. */
const countedMs = 60 * 60_000;
const kept = 12;

/** Records a revert, and when it is to be restored: after `pauseMs` of how often it happened within the last hour. */
export function noteReverted(
  context: Context,
  id: WorkloadId,
  manager: string,
  pauseMs: (times: number) => number,
): Promise<Reverted> {
  return retryWhileMoved(`Recording who reverted the write to ${id}`, async () => {
    const claim = await readClaim(context, id, []);
    const at = context.now();
    const recent = [...recentOf(claim.reverted).filter((one) => at - one < countedMs), at].slice(-kept);
    const times = recent.length;
    const reverted: Reverted = { manager, times, at, recent, restoreAt: at + pauseMs(times) };
    // `latest` is guarded too: a rollout that began since the read has reset the count.
    const fields = [
      ['latest', undefined] as const,
      ['reverted', toJson(shape, reverted, `reverted note of ${id}`)] as const,
    ];
    return (await writeRestrictions(context, id, claim, fields)) ? reverted : undefined;
  });
}

/** An earlier build kept how often, and only the last time. */
function recentOf(before: Reverted | undefined): readonly number[] {
  if (!before) return [];
  return before.recent ?? Array.from({ length: Math.min(Math.max(before.times, 0), kept) }, () => before.at);
}

/** The field `reverted` once a rollout begins that restores the pin: the count stays, so that a fight is recognised. */
export function whenRestored({ reverted }: Pick<Claim, 'reverted'>): string | undefined {
  if (!reverted) return undefined;
  const { restoreAt: _, ...rest } = reverted;
  return toJson(shape, rest, 'reverted note');
}
