import type { WorkloadId } from '@keelson/core';
import { proofs as shape, toJson } from '../codec/json.ts';
import type { Context } from '../context.ts';
import type { NewEvent } from '../events/events-for.ts';
import { clipEvent } from '../events/events-for.ts';
import { writeRestrictions } from '../restrictions/write-restrictions.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import { readWorkload } from './read.ts';
import type { Proof, WorkloadState } from './types.ts';
import { wayBackWarnings } from './way-back.ts';

export async function putProofs(
  context: Context,
  id: WorkloadId,
  proofs: Readonly<Record<string, Proof>>,
): Promise<void> {
  const json = toJson(shape, proofs, `proofs of ${id}`);
  await retryWhileMoved(`Storing the proofs of ${id}`, async () => {
    const [claim, state] = await Promise.all([readClaim(context, id, []), readWorkload(context, id)]);
    if (!state) return true;
    const events = eventsFor(state, proofs, context.now());
    const done = await writeRestrictions(context, id, claim, [['proofs', json]], events);
    return done || undefined;
  });
}

/** One event when the warnings are others than before. */
function eventsFor(state: WorkloadState, proofs: WorkloadState['proofs'] = {}, now: number): readonly NewEvent[] {
  const textsOf = (one: WorkloadState) => wayBackWarnings(one, now).map(({ message }) => message);
  const [before, after] = [textsOf(state), textsOf({ ...state, proofs })];
  if (before.join() === after.join()) return [];
  const [message = 'The last good image was seen in its registry again.'] = after;
  return [{ type: 'workload', name: 'changed', message: clipEvent(message) }];
}
