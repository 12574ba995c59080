import type { WorkloadId } from '@keelson/core';
import type { Context } from '../context.ts';
import { eventsForQuarantine } from '../events/events-for.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { readClaim } from '../rollouts/workload-claim.ts';
import type { QuarantineEntry } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Removes one digest, or all, from the quarantine, and returns the removed entries. A quarantine that does not parse is emptied. */
export function release(
  context: Context,
  id: WorkloadId,
  digest?: QuarantineEntry['digest'],
): Promise<readonly QuarantineEntry[]> {
  return retryWhileMoved(`Releasing digests of ${id}`, async () => {
    const claim = await readClaim(context, id, []);
    if (claim.stored.get('quarantine') === '') return [];
    const released = claim.quarantine.filter((entry) => digest === undefined || entry.digest === digest);
    if (released.length === 0 && claim.quarantine.length > 0) return [];
    const left = claim.quarantine.filter((entry) => !released.includes(entry));
    const json = left.length === 0 ? '' : JSON.stringify(left);
    const done = await writeRestrictions(
      context,
      id,
      claim,
      [['quarantine', json]],
      eventsForQuarantine('released', released),
    );
    return done ? released : undefined;
  });
}
