import type { WorkloadId } from '@keelson/core';
import { namespaceOf } from '@keelson/core';
import { decodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import { idOf, lastIdAt, numberOf } from './id.ts';

const script = loadScript('id', 'trim');
const batch = 500;

/** Removes rollouts past the retention, in batches so that Redis stays responsive. Returns how many. */
export async function trim(context: Context, now: number): Promise<number> {
  return (await trimByAge(context, now)) + (await trimByCount(context));
}

async function trimByAge(context: Context, now: number): Promise<number> {
  const { redis, keys, retention } = context;
  const horizon = `${numberOf(lastIdAt(now - retention.maxAgeMs - 1))}-0`;
  let removed = 0;
  for (let from = '-'; ; ) {
    const entries = await ask(redis.xrange(keys.index, from, horizon, 'COUNT', batch));
    const ids = entries.map(([entry]) => idOf(Number.parseInt(entry, 10)));
    if (ids.length > 0) removed += await removeAll(context, ids);
    const last = entries.at(-1);
    if (last === undefined || entries.length < batch) return removed;
    from = `(${last[0]}`;
  }
}

async function removeAll(context: Context, ids: readonly string[]): Promise<number> {
  const { redis, keys } = context;
  const records = await ask(redis.hmgetBuffer(keys.rollouts, ...ids));
  const byWorkload = Map.groupBy(ids, (_, i) => workloadOf(context, ids[i] ?? '', records[i] ?? null));
  let removed = 0;
  for (const [workload, group] of byWorkload) removed += await removeSome(context, workload, group);
  return removed;
}

/** The workload of a stored rollout; '' for one that does not parse, which is removed later by count. */
function workloadOf({ onCorrupt }: Context, id: string, bytes: Buffer | null): WorkloadId {
  if (bytes === null) return '';
  try {
    return decodeRollout(id, bytes).workload;
  } catch (error) {
    onCorrupt(error);
    return '';
  }
}

/** Needed only after the retention was lowered: beginning a rollout removes the oldest one already. */
async function trimByCount(context: Context): Promise<number> {
  const { redis, keys, retention } = context;
  const workloads = await ask(redis.zrange(keys.workloads, '0', '-1'));
  let removed = 0;
  for (let i = 0; i < workloads.length; i += batch) {
    const some = workloads.slice(i, i + batch);
    const pipeline = redis.pipeline();
    for (const workload of some) pipeline.zrange(keys.rolloutsOf(workload), '0', `${-1 - retention.perWorkload}`);
    const replies = (await ask(pipeline.exec())) ?? [];
    for (const [at, [error, ids]] of replies.entries()) {
      if (error !== null || !Array.isArray(ids) || ids.length === 0) continue;
      removed += await removeSome(context, some[at] ?? '', ids.map(String));
    }
  }
  return removed;
}

/** Removes rollouts of one workload but one that is under way; returns how many. */
export async function removeSome(
  { redis, keys }: Context,
  workload: WorkloadId,
  ids: readonly string[],
): Promise<number> {
  const { rollouts, index, active, unproven } = keys;
  const histories = keys.historiesIn(namespaceOf(workload));
  let removed = 0;
  for (let i = 0; i < ids.length; i += batch) {
    const touched = [rollouts, index, active, keys.workload(workload), keys.rolloutsOf(workload), histories, unproven];
    removed += Number(await run(redis, script, touched, [workload, ...ids.slice(i, i + batch)]));
  }
  return removed;
}
