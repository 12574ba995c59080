import type { WorkloadId } from '@keelson/core';
import { toJson } from '../codec/json.ts';
import { hold as shape } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { eventsForHold } from '../events/events-for.ts';
import { readIfReadable } from '../rollouts/read.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { transition } from '../rollouts/transition.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import type { Hold } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Puts a workload on hold. An update that is not written yet is cancelled in the same step; a written one continues to its verdict. */
export async function hold(context: Context, id: WorkloadId, wanted: Hold): Promise<void> {
  const json = toJson(shape, wanted, `hold of ${id}`);
  await retryWhileMoved(`Putting ${id} on hold`, async () => {
    const claim = await readClaim(context, id, []);
    const active = claim.active === undefined ? undefined : await readIfReadable(context, claim.active);
    if (active?.state === 'pending' && active.kind === 'update') {
      const step = { from: ['pending'], to: 'cancelled', code: 'on-hold', message: wanted.message } as const;
      return transition(context, active.id, step, wanted);
    }
    const fields = [['active', undefined] as const, ['hold', json] as const];
    return (await writeRestrictions(context, id, claim, fields, eventsForHold(wanted))) || undefined;
  });
}

/**
 * Ends the hold and returns it. One that does not parse is removed too, and undefined is returned. Failures are counted anew from now on, with or
 * without a hold.
 */
export async function resume(context: Context, id: WorkloadId): Promise<Hold | undefined> {
  const { ended } = await retryWhileMoved(`Resuming ${id}`, async () => {
    const claim = await readClaim(context, id, []);
    const onHold = claim.stored.get('hold') !== '';
    const fields = [
      ['hold', ''] as const,
      ['reverted', ''] as const,
      ['latest', undefined] as const,
      ['failuresAfter', claim.latest ?? ''] as const,
    ];
    const changes = fields.some(([field, value]) => value !== undefined && value !== claim.stored.get(field));
    if (!changes) return { ended: undefined };
    const done = await writeRestrictions(context, id, claim, fields, onHold ? [{ type: 'hold', name: 'resumed' }] : []);
    return done ? { ended: claim.hold } : undefined;
  });
  return ended;
}
