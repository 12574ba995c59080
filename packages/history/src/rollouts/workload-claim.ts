import { digestRecord, fromJson } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import type { DigestRecord, WorkloadId } from '../types.ts';

/** The part of a workload that rollouts move, as it was read. */
export interface Claim {
  readonly active: string | undefined;
  readonly latest: string | undefined;
  /** As stored, by field of the workload's hash; '' where there is none. */
  readonly stored: ReadonlyMap<string, string>;
  digestsOf(container: string): DigestRecord | undefined;
}

export const fieldOf = (container: string): string => `d:${container}`;

export async function readClaim(
  { redis, keys, onCorrupt }: Context,
  workload: WorkloadId,
  containers: readonly string[],
): Promise<Claim> {
  const fields = containers.map(fieldOf);
  const [active, latest, ...values] = await ask(redis.hmget(keys.workload(workload), 'active', 'latest', ...fields));
  const stored = new Map(fields.map((field, i) => [field, values[i] ?? '']));
  return {
    active: active ?? undefined,
    latest: latest ?? undefined,
    stored,
    digestsOf: (container) => {
      const json = stored.get(fieldOf(container));
      if (json === undefined || json === '') return undefined;
      try {
        return fromJson(digestRecord, json, `digest record of ${workload}, container ${container},`);
      } catch (error) {
        // It is about to be overwritten with what is known now; a damaged one must not stop the workload for ever.
        onCorrupt(error);
        return undefined;
      }
    },
  };
}

/** Triples for `guard.lua`: field, as it was read, as it shall be. */
export function digestTriples(
  claim: Claim,
  next: readonly (readonly [container: string, digests: DigestRecord | undefined])[],
): string[] {
  return next.flatMap(([container, digests]) => {
    const before = claim.stored.get(fieldOf(container)) ?? '';
    return [fieldOf(container), before, digests === undefined ? before : JSON.stringify(digests)];
  });
}
