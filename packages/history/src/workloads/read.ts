import type { WorkloadId } from '@keelson/core';
import type { Context } from '../context.ts';
import { isHistoryError } from '../errors.ts';
import { explain } from '../redis/explain.ts';
import { ask } from '../redis/script.ts';
import type { Page, Unreadable, WorkloadQuery } from '../types.ts';
import { parseWorkload } from './parse.ts';
import type { WorkloadState } from './types.ts';

const batch = 500;
const defaultLimit = 500;
const maxLimit = 5_000;

/** @throws HistoryError `corrupt` when the record itself cannot be read; other parts are left out, and named in `unreadable`. */
export async function readWorkload(context: Context, id: WorkloadId): Promise<WorkloadState | undefined> {
  const { redis, keys } = context;
  return parseWorkload(context, id, await ask(redis.hgetall(keys.workload(id))));
}

export async function readWorkloads(context: Context): Promise<readonly WorkloadState[]> {
  return (await readStates(context, await readWorkloadIds(context))).items;
}

export async function readWorkloadPage(context: Context, query: WorkloadQuery): Promise<Page<WorkloadState>> {
  const { redis, keys } = context;
  const { namespaces, cursor, limit = defaultLimit } = query;
  const wanted = Math.min(Math.max(Math.trunc(limit), 1), maxLimit);
  const ids: WorkloadId[] = [];
  for (const [first, last] of rangesOf(namespaces, cursor)) {
    if (ids.length > wanted) break;
    ids.push(...(await ask(redis.zrange(keys.workloads, first, last, 'BYLEX', 'LIMIT', 0, wanted + 1 - ids.length))));
  }
  const some = ids.slice(0, wanted);
  const next = ids.length > wanted ? some.at(-1) : undefined;
  return { ...(await readStates(context, some)), ...(next !== undefined && { next }) };
}

/** The ranges of ids that a page is read from, in order. */
function rangesOf(namespaces: readonly string[] | undefined, cursor: string | undefined): readonly [string, string][] {
  if (namespaces === undefined) return [[cursor === undefined ? '-' : `(${cursor}`, '+']];
  // '0' is the character after '/'.
  const ends = [...new Set(namespaces)].map((namespace) => [`${namespace}/`, `${namespace}0`] as const);
  return ends
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, last]) => cursor === undefined || cursor < last)
    .map(([first, last]) => [cursor === undefined || cursor < first ? `[${first}` : `(${cursor}`, `(${last}`]);
}

export async function readWorkloadIds({ redis, keys }: Context): Promise<readonly WorkloadId[]> {
  return ask(redis.zrange(keys.workloads, '0', '-1'));
}

export async function countWorkloads({ redis, keys }: Context): Promise<number> {
  return ask(redis.zcard(keys.workloads));
}

/** Workloads that do not parse are reported to `onCorrupt` and listed apart. */
async function readStates(context: Context, ids: readonly WorkloadId[]): Promise<Page<WorkloadState>> {
  const [items, unreadable]: [WorkloadState[], Unreadable[]] = [[], []];
  for (let i = 0; i < ids.length; i += batch) {
    const some = ids.slice(i, i + batch);
    const hashes = await Promise.all(some.map((id) => readHash(context, id)));
    for (const [at, hash] of hashes.entries()) {
      const id = some[at] ?? '';
      try {
        const state = parseWorkload(context, id, hash());
        if (state !== undefined) items.push(state);
      } catch (error) {
        context.onCorrupt(error);
        unreadable.push({ id, message: explain(error).message });
      }
    }
  }
  return { items, ...(unreadable.length > 0 && { unreadable }) };
}

/** What returns the hash, and throws where the key has data of another program: that is one workload, and the others are read. */
async function readHash({ redis, keys }: Context, id: WorkloadId): Promise<() => Record<string, string>> {
  try {
    const hash = await ask(redis.hgetall(keys.workload(id)));
    return () => hash;
  } catch (error) {
    if (!isHistoryError(error) || error.code !== 'corrupt') throw error;
    return () => {
      throw error;
    };
  }
}
