import { decodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { explain } from '../redis/explain.ts';
import { ask } from '../redis/script.ts';
import type { Unreadable } from '../types.ts';
import { isRolloutId } from './id.ts';
import type { Rollout } from './types.ts';

const batch = 500;

/** @throws HistoryError `corrupt` when the stored rollout does not parse. */
export async function readRollout({ redis, keys }: Context, id: string): Promise<Rollout | undefined> {
  if (!isRolloutId(id)) return undefined;
  const bytes = await ask(redis.hgetBuffer(keys.rollouts, id));
  return bytes === null ? undefined : decodeRollout(id, bytes);
}

/** A rollout that does not parse is reported to `onCorrupt`, and counts as missing. */
export async function readIfReadable(context: Context, id: string): Promise<Rollout | undefined> {
  const bytes = await ask(context.redis.hgetBuffer(context.keys.rollouts, id));
  return decodeAll(context, [[id, bytes]]).items[0];
}

/** Those of these rollouts that exist and parse, by id. */
export async function readRollouts(context: Context, ids: readonly string[]): Promise<ReadonlyMap<string, Rollout>> {
  return new Map((await readMany(context, ids)).map((rollout) => [rollout.id, rollout]));
}

/** Every rollout that is under way, newest first. */
export async function readActive(context: Context): Promise<readonly Rollout[]> {
  const ids = await ask(context.redis.smembers(context.keys.active));
  return readMany(context, ids.sort().reverse());
}

/** Every rollout that is unproven, newest first. */
export async function readUnproven(context: Context): Promise<readonly Rollout[]> {
  const ids = await ask(context.redis.smembers(context.keys.unproven));
  return readMany(context, ids.sort().reverse());
}

async function readMany(context: Context, ids: readonly string[]): Promise<readonly Rollout[]> {
  const { redis, keys } = context;
  const rollouts: Rollout[] = [];
  for (let i = 0; i < ids.length; i += batch) {
    const some = ids.slice(i, i + batch);
    const records = await ask(redis.hmgetBuffer(keys.rollouts, ...some));
    const pairs = some.map((id, at) => [id, records[at] ?? null] as const);
    rollouts.push(...decodeAll(context, pairs).items);
  }
  return rollouts;
}

/** Rollouts that do not parse are reported to `onCorrupt` and listed apart. */
export function decodeAll(
  { onCorrupt }: Context,
  records: readonly (readonly [id: string, bytes: Buffer | null])[],
): { readonly items: readonly Rollout[]; readonly unreadable: readonly Unreadable[] } {
  const [items, unreadable]: [Rollout[], Unreadable[]] = [[], []];
  for (const [id, bytes] of records) {
    if (bytes === null) continue;
    try {
      items.push(decodeRollout(id, bytes));
    } catch (error) {
      onCorrupt(error);
      unreadable.push({ id, message: explain(error).message });
    }
  }
  return { items, unreadable };
}
