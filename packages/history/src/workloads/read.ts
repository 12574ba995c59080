import type { WorkloadId } from '@keelson/core';
import { checkRecord, digestRecord, fromJson, workloadRecord } from '../codec/json.ts';
import { hold as holdShape, quarantineList, reverted as revertedShape } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import type { Page, WorkloadQuery } from '../types.ts';
import type { DigestRecord, WorkloadState } from './types.ts';

const batch = 500;
const defaultLimit = 500;
const maxLimit = 5_000;

export async function readWorkload({ redis, keys }: Context, id: WorkloadId): Promise<WorkloadState | undefined> {
  return parse(id, await ask(redis.hgetall(keys.workload(id))));
}

export async function readWorkloads(context: Context): Promise<readonly WorkloadState[]> {
  return readStates(context, await readWorkloadIds(context));
}

export async function readWorkloadPage(context: Context, query: WorkloadQuery): Promise<Page<WorkloadState>> {
  const { redis, keys } = context;
  const { namespace, cursor, limit = defaultLimit } = query;
  const wanted = Math.min(Math.max(Math.trunc(limit), 1), maxLimit);
  // '0' is the character after '/'.
  const [first, last] = namespace === undefined ? ['-', '+'] : [`[${namespace}/`, `(${namespace}0`];
  const from = cursor === undefined || (namespace !== undefined && cursor < `${namespace}/`) ? first : `(${cursor}`;
  const ids = await ask(redis.zrange(keys.workloads, from, last, 'BYLEX', 'LIMIT', 0, wanted + 1));
  const some = ids.slice(0, wanted);
  const next = ids.length > wanted ? some.at(-1) : undefined;
  return { items: await readStates(context, some), ...(next !== undefined && { next }) };
}

export async function readWorkloadIds({ redis, keys }: Context): Promise<readonly WorkloadId[]> {
  return ask(redis.zrange(keys.workloads, '0', '-1'));
}

/** Workloads that do not parse are reported to `onCorrupt` and left out. */
async function readStates(context: Context, ids: readonly WorkloadId[]): Promise<readonly WorkloadState[]> {
  const { redis, keys } = context;
  const states: WorkloadState[] = [];
  for (let i = 0; i < ids.length; i += batch) {
    const some = ids.slice(i, i + batch);
    const hashes = await ask(Promise.all(some.map((id) => redis.hgetall(keys.workload(id)))));
    for (const [at, hash] of hashes.entries()) {
      const state = tryParse(context, some[at] ?? '', hash);
      if (state !== undefined) states.push(state);
    }
  }
  return states;
}

function tryParse(context: Context, id: WorkloadId, hash: Record<string, string>): WorkloadState | undefined {
  try {
    return parse(id, hash);
  } catch (error) {
    context.onCorrupt(error);
    return undefined;
  }
}

function parse(id: WorkloadId, hash: Readonly<Record<string, string>>): WorkloadState | undefined {
  const { record, check, active, latest, quarantine, hold, reverted, failuresAfter } = hash;
  if (record === undefined) return undefined;
  return {
    record: fromJson(workloadRecord, record, `record of ${id}`),
    ...(check !== undefined && { check: fromJson(checkRecord, check, `check of ${id}`) }),
    digests: digestsIn(id, hash),
    ...(active !== undefined && { active }),
    ...(latest !== undefined && { latest }),
    quarantine: quarantine === undefined ? [] : fromJson(quarantineList, quarantine, `quarantine of ${id}`),
    ...(hold !== undefined && { hold: fromJson(holdShape, hold, `hold of ${id}`) }),
    ...(reverted !== undefined && { reverted: fromJson(revertedShape, reverted, `reverted note of ${id}`) }),
    ...(failuresAfter !== undefined && { failuresAfter }),
  };
}

function digestsIn(id: WorkloadId, hash: Readonly<Record<string, string>>): Record<string, DigestRecord> {
  return Object.fromEntries(
    Object.entries(hash).flatMap(([field, json]) =>
      field.startsWith('d:') ? [[field.slice(2), fromJson(digestRecord, json, `digests of ${id}`)]] : [],
    ),
  );
}
