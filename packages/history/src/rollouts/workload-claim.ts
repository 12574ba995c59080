import type { WorkloadId } from '@keelson/core';
import type { z } from 'zod';
import { digestRecord, fromJson } from '../codec/json.ts';
import { hold, quarantineList, reverted } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import type { NewEvent } from '../events/events-for.ts';
import { ask } from '../redis/script.ts';
import type { Hold, QuarantineEntry, Reverted } from '../restrictions/types.ts';
import type { DigestRecord } from '../workloads/types.ts';

/** The part of a workload that rollouts move, as it was read. */
export interface Claim {
  readonly active: string | undefined;
  readonly latest: string | undefined;
  /** The workload was removed while a rollout is under way. */
  readonly gone: boolean;
  readonly quarantine: readonly QuarantineEntry[];
  readonly hold: Hold | undefined;
  readonly reverted: Reverted | undefined;
  /** Quarantine or hold do not parse, and count as not there. */
  readonly damaged: boolean;
  /** As stored, by field of the workload's hash; '' where there is none. */
  readonly stored: ReadonlyMap<string, string>;
  digestsOf(container: string): DigestRecord | undefined;
}

export const fieldOf = (container: string): string => `d:${container}`;

const always = ['active', 'latest', 'gone', 'quarantine', 'hold', 'reverted'] as const;

export async function readClaim(
  { redis, keys, onCorrupt }: Context,
  workload: WorkloadId,
  containers: readonly string[],
): Promise<Claim> {
  const fields = [...always, ...new Set(containers.map(fieldOf))];
  const values = await ask(redis.hmget(keys.workload(workload), ...fields));
  const stored = new Map(fields.map((field, i) => [field, values[i] ?? '']));
  const valueIn = (field: string): string | undefined => stored.get(field) || undefined;

  /** What does not parse is told and counts as not there: a damaged value must not stop the workload for ever. */
  const parsed = <Schema extends z.ZodType>(schema: Schema, field: string): z.output<Schema> | undefined => {
    const json = valueIn(field);
    if (json === undefined) return undefined;
    try {
      return fromJson(schema, json, `field ${field} of ${workload}`);
    } catch (error) {
      onCorrupt(error);
      return undefined;
    }
  };
  const [entries, held] = [parsed(quarantineList, 'quarantine'), parsed(hold, 'hold')];
  return {
    active: valueIn('active'),
    latest: valueIn('latest'),
    gone: valueIn('gone') !== undefined,
    quarantine: entries ?? [],
    hold: held,
    reverted: parsed(reverted, 'reverted'),
    damaged:
      (entries === undefined && valueIn('quarantine') !== undefined) ||
      (held === undefined && valueIn('hold') !== undefined),
    stored,
    digestsOf: (container) => parsed(digestRecord, fieldOf(container)),
  };
}

/** The tail that `guard.lua` reads: fields as they were read and as they shall be (undefined: as they are; '': away), and what to tell. */
export function guarded(
  claim: Claim,
  next: readonly (readonly [field: string, value: string | undefined])[],
  events: readonly NewEvent[] = [],
): (string | number)[] {
  const triples = next.flatMap(([field, value]) => {
    const before = claim.stored.get(field) ?? '';
    return [field, before, value ?? before];
  });
  return [
    next.length,
    ...triples,
    ...events.flatMap(({ type, rollout = '', name, message = '' }) => [type, rollout, name, message]),
  ];
}

export function digestFields(
  next: readonly (readonly [container: string, digests: DigestRecord | undefined])[],
): [field: string, value: string | undefined][] {
  return next.map(([container, digests]) => [fieldOf(container), digests && JSON.stringify(digests)]);
}
