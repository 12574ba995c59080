import type { WorkloadId } from '@keelson/core';
import { checkRecord, digestRecord, fromJson, toJson } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import { readIfReadable } from '../rollouts/read.ts';
import { restrictedWith } from '../rollouts/restricted-with.ts';
import { retryWhileMoved } from '../rollouts/retry.ts';
import { hasEnded } from '../rollouts/states.ts';
import type { Claim } from '../rollouts/workload-claim.ts';
import { fieldOf, readClaim } from '../rollouts/workload-claim.ts';
import type { History } from '../types.ts';
import { isQuarantined } from './quarantine.ts';
import type { QuarantineEntry } from './types.ts';
import { writeRestrictions } from './write-restrictions.ts';

type Saved = Parameters<History['restore']>[1];

/**
 * Writes what the annotations of a workload say, where Redis knows nothing about it, or nothing as young as a digest that failed: then it lost its
 * newest data, or was restored from an older dump. Returns whether it did.
 */
export function restore(context: Context, id: WorkloadId, saved: Saved): Promise<boolean> {
  return retryWhileMoved(`Restoring ${id}`, async () => {
    const containers = Object.keys(saved.digests);
    if (saved.quarantine.length === 0 && saved.hold === undefined && containers.length === 0) return false;
    const [claim, fields] = await Promise.all([
      readClaim(context, id, containers),
      ask(context.redis.hkeys(context.keys.workload(id))),
    ]);
    const wanted = fields.some(isKnown) ? await lostOf(context, id, saved, claim) : saved;
    if (wanted === undefined) return false;
    // Nothing failed later than now, whatever the clock said of the worker that wrote it, or the user who did.
    const upToNow = <T extends { readonly at: number }>(part: T): T => ({
      ...part,
      at: Math.min(part.at, context.now()),
    });
    const restricted = restrictedWith(claim, wanted.quarantine.map(upToNow), wanted.hold && upToNow(wanted.hold));
    const found = Object.entries(wanted.digests).map(
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

/** What failed after everything that Redis knows of the workload, and the digests of its containers. A digest that a user released is older. */
async function lostOf(context: Context, id: WorkloadId, saved: Saved, claim: Claim): Promise<Saved | undefined> {
  const unknown = saved.quarantine.filter((entry) => !isQuarantined(claim.quarantine, entry));
  if (unknown.length === 0) return undefined;
  const newest = claim.latest === undefined ? undefined : await readIfReadable(context, claim.latest);
  const knownAt = Math.max(newest?.updatedAt ?? 0, await checkedAt(context, id));
  // It has just been restored.
  if (knownAt === 0) return undefined;
  const lost: QuarantineEntry[] = [];
  for (const entry of unknown) {
    const failed = entry.rollout === undefined ? undefined : await readIfReadable(context, entry.rollout);
    if (entry.at > knownAt && entry.at <= context.now() && !(failed && hasEnded(failed.state))) lost.push(entry);
  }
  if (lost.length === 0) return undefined;
  const of = new Set(lost.map(({ container }) => container));
  const digests = Object.entries(saved.digests).filter(([container]) => of.has(container));
  return { quarantine: lost, digests: Object.fromEntries(digests) };
}

/** When the workload was last checked, as far as that can be read. */
async function checkedAt({ redis, keys }: Context, id: WorkloadId): Promise<number> {
  const json = await ask(redis.hget(keys.workload(id), 'check'));
  try {
    return json === null ? 0 : fromJson(checkRecord, json, `check of ${id}`).at;
  } catch {
    return 0;
  }
}
