import type { WorkloadId } from '@keelson/core';
import { bounds } from '@keelson/core';
import type { Context } from '../context.ts';
import { removedKeptSeconds } from '../context.ts';
import { loadScript, run } from '../redis/script.ts';
import { guarded } from '../rollouts/workload-claim.ts';

const script = loadScript('event', 'guard', 'restrictions');

/** Writes fields of a workload if they are still as they were read; returns whether it did. */
export async function writeRestrictions(
  { redis, keys, now }: Context,
  workload: WorkloadId,
  ...what: Parameters<typeof guarded>
): Promise<boolean> {
  const args = [now(), bounds.events, workload, removedKeptSeconds, ...guarded(...what)];
  return (await run(redis, script, [keys.workload(workload), keys.events], args)) === 1;
}
