import type { WorkloadId } from '@keelson/core';
import { toJson } from '../codec/json.ts';
import { reverted as shape } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import type { Reverted } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Counts anew for another manager. */
export function noteReverted(context: Context, id: WorkloadId, manager: string): Promise<number> {
  return retryWhileMoved(`Noting who undid what at ${id}`, async () => {
    const claim = await readClaim(context, id, []);
    const before = claim.reverted?.manager === manager ? claim.reverted.times : 0;
    const reverted: Reverted = { manager, times: before + 1, at: context.now() };
    // The claim too: a rollout that began since then has reset the count.
    const fields = [['latest', undefined] as const, ['reverted', toJson(shape, reverted, `note of ${id}`)] as const];
    return (await writeRestrictions(context, id, claim, fields)) ? reverted.times : undefined;
  });
}
