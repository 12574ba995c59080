import { checkRecord, digestRecord, fromJson, workloadRecord } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';
import type { DigestRecord, WorkloadId, WorkloadState } from '../types.ts';

const batch = 500;

export async function readWorkload({ redis, keys }: Context, id: WorkloadId): Promise<WorkloadState | undefined> {
  return parse(id, await ask(redis.hgetall(keys.workload(id))));
}

/** By id. One that does not parse is told and left out. */
export async function readWorkloads(context: Context): Promise<readonly WorkloadState[]> {
  const { redis, keys } = context;
  const ids = await readWorkloadIds(context);
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

export async function readWorkloadIds({ redis, keys }: Context): Promise<readonly WorkloadId[]> {
  return (await ask(redis.smembers(keys.workloads))).sort();
}

export async function readWorkloadsByImage(
  { redis, keys }: Context,
  repository: string,
  tag?: string,
): Promise<readonly WorkloadId[]> {
  const members = await ask(redis.smembers(keys.images + repository));
  const ids = members.flatMap((member) => {
    const space = member.indexOf(' ');
    return tag === undefined || member.slice(0, space) === tag ? [member.slice(space + 1)] : [];
  });
  return [...new Set(ids)].sort();
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
  const { record, check, active, latest } = hash;
  if (record === undefined) return undefined;
  return {
    record: fromJson(workloadRecord, record, `record of ${id}`),
    ...(check !== undefined && { check: fromJson(checkRecord, check, `check of ${id}`) }),
    digests: digestsIn(id, hash),
    ...(active !== undefined && { active }),
    ...(latest !== undefined && { latest }),
  };
}

function digestsIn(id: WorkloadId, hash: Readonly<Record<string, string>>): Record<string, DigestRecord> {
  return Object.fromEntries(
    Object.entries(hash).flatMap(([field, json]) =>
      field.startsWith('d:') ? [[field.slice(2), fromJson(digestRecord, json, `digests of ${id}`)]] : [],
    ),
  );
}
