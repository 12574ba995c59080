import type { WorkloadId } from '@keelson/core';
import { toJson } from '../codec/json.ts';
import { reverted as shape } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import type { Reverted } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Counts how often this field manager reverted a write since the last rollout; another manager starts at 1 again. */
export function noteReverted(context: Context, id: WorkloadId, manager: string): Promise<number> {
  return retryWhileMoved(`Recording who reverted the write to ${id}`, async () => {
    const claim = await readClaim(context, id, []);
    const before = claim.reverted?.manager === manager ? claim.reverted.times : 0;
    const reverted: Reverted = { manager, times: before + 1, at: context.now() };
    // `latest` is guarded too: a rollout that began since the read has reset the count.
    const fields = [
      ['latest', undefined] as const,
      ['reverted', toJson(shape, reverted, `reverted note of ${id}`)] as const,
    ];
    return (await writeRestrictions(context, id, claim, fields)) ? reverted.times : undefined;
  });
}
