import type { WorkloadId } from '@keelson/core';
import { digestRecord, toJson } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { fieldOf, readClaim } from '../rollouts/workload-claim.ts';
import { writeRestrictions } from './write-restrictions.ts';

/** Records that Keelson itself removes what it wrote into a workload. A rollout under way writes its own. */
export async function noteRemoved(context: Context, id: WorkloadId): Promise<void> {
  await retryWhileMoved(`Recording that Keelson removes its pins from ${id}`, async () => {
    const fields = await ask(context.redis.hkeys(context.keys.workload(id)));
    const containers = fields.flatMap((field) =>
      field.startsWith(fieldOf('')) ? [field.slice(fieldOf('').length)] : [],
    );
    const claim = await readClaim(context, id, containers);
    const removed = containers.flatMap((container) => {
      const record = claim.digestsOf(container);
      if (!record?.written || record.written.removed) return [];
      const written = { ...record.written, removed: true };
      return [[fieldOf(container), toJson(digestRecord, { ...record, written }, `digest of ${id}`)] as const];
    });
    if (removed.length === 0 || claim.active !== undefined) return true;
    return (await writeRestrictions(context, id, claim, [['active', undefined], ...removed])) || undefined;
  });
}
