import type { WorkloadId } from '@keelson/core';
import { digestRecord, toJson } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import { restrictedWith } from '../rollouts/restricted-with.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { fieldOf, readClaim } from '../rollouts/workload-claim.ts';
import type { History } from '../types.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Writes what the annotations of a workload say, where Redis knows nothing about it; returns whether it did. */
export function restore(
  context: Context,
  id: WorkloadId,
  { quarantine, hold, digests }: Parameters<History['restore']>[1],
): Promise<boolean> {
  return retryWhileMoved(`Restoring ${id}`, async () => {
    const containers = Object.keys(digests);
    if (quarantine.length === 0 && hold === undefined && containers.length === 0) return false;
    const [claim, fields] = await Promise.all([
      readClaim(context, id, containers),
      ask(context.redis.hkeys(context.keys.workload(id))),
    ]);
    if (fields.some(isKnown)) return false;
    const restricted = restrictedWith(claim, quarantine, hold);
    const found = Object.entries(digests).map(
      ([container, record]) =>
        [fieldOf(container), toJson(digestRecord, record, `digest of ${id}, container ${container}`)] as const,
    );
    const all = [['active', undefined] as const, ...restricted.fields, ...found];
    return (await writeRestrictions(context, id, claim, all, restricted.events)) || undefined;
  });
}

function isKnown(field: string): boolean {
  return field === 'active' || field === 'quarantine' || field === 'hold' || field.startsWith(fieldOf(''));
}
