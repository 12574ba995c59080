import type { WorkloadId } from '@keelson/core';
import type { z } from 'zod';
import { digestRecord, fromJson } from '../codec/json.ts';
import { hold, quarantineList, reverted } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import type { NewEvent } from '../events/events-for.ts';
import { ask } from '../redis/script.ts';
import type { Hold, QuarantineEntry, Reverted } from '../restrictions/types.ts';
import type { DigestRecord } from '../workloads/types.ts';

/** The fields of a workload that rollouts change, as they were read. */
export interface Claim {
  readonly active: string | undefined;
  /** Id of the rollout that is unproven; never beside an active one. */
  readonly unproven: string | undefined;
  readonly latest: string | undefined;
  /** Whether the workload was removed while a rollout is under way. */
  readonly gone: boolean;
  readonly quarantine: readonly QuarantineEntry[];
  readonly hold: Hold | undefined;
  readonly reverted: Reverted | undefined;
  /** Whether the quarantine or the hold does not parse, and counts as missing. */
  readonly damaged: boolean;
  /** The stored values by field of the workload's hash; '' for a missing one. */
  readonly stored: ReadonlyMap<string, string>;
  digestsOf(container: string): DigestRecord | undefined;
}

export const fieldOf = (container: string): string => `d:${container}`;

const always = [
  'active',
  'unproven',
  'latest',
  'gone',
  'quarantine',
  'hold',
  'reverted',
  'failuresAfter',
  'proofs',
] as const;

export async function readClaim(
  { redis, keys, onCorrupt }: Context,
  workload: WorkloadId,
  containers: readonly string[],
): Promise<Claim> {
  const fields = [...always, ...new Set(containers.map(fieldOf))];
  const values = await ask(redis.hmget(keys.workload(workload), ...fields));
  const stored = new Map(fields.map((field, i) => [field, values[i] ?? '']));
  const valueIn = (field: string): string | undefined => stored.get(field) || undefined;

  /** A value that does not parse is reported and counts as missing, so that it does not block the workload for ever. */
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
    unproven: valueIn('unproven'),
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

/** The arguments that `guard.lua` reads: each field with the value that was read and the new one (undefined: unchanged; '': removed), then the events to emit. */
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
