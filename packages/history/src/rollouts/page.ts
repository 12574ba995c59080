import { namespaceOf } from '@keelson/core';
import { z } from 'zod';
import { stateLetters } from '../codec/compact.ts';
import type { Context } from '../context.ts';
import type { Keys } from '../keys.ts';
import { loadScript, run } from '../redis/script.ts';
import type { Page, RolloutQuery } from '../types.ts';
import { firstIdAt, lastIdAt, parseCursor } from './id.ts';
import { decodeAll } from './read.ts';
import type { Rollout } from './types.ts';

const script = loadScript('id', 'merge', 'page');
const defaultLimit = 50;
const maxLimit = 500;
/** A page ends after reading this many rollouts, even with a rare state, and its cursor continues from there. */
const mostRead = 2_000;

const reply = z.tuple([z.instanceof(Buffer)], z.instanceof(Buffer));

/** A page of rollouts, newest first, in one round trip. New rollouts have larger ids than every cursor, so no page skips or repeats one. */
export async function page(context: Context, query: RolloutQuery): Promise<Page<Rollout>> {
  const { redis, keys } = context;
  const { workload, namespaces, state, since, until, cursor, limit = defaultLimit } = query;
  if (workload !== undefined && namespaces?.includes(namespaceOf(workload)) === false) return { items: [] };
  const [kind, sources] = sourceOf(keys, query);
  if (sources.length === 0) return { items: [] };
  const [next, ...found] = reply.parse(
    await run(
      redis,
      script,
      [keys.rollouts, ...sources],
      [
        kind,
        keys.rolloutsOf(''),
        firstIdAt(since ?? 0),
        lastIdAt(until ?? Number.POSITIVE_INFINITY),
        cursor === undefined ? '' : parseCursor(cursor),
        state === undefined ? '' : stateLetters[state],
        Math.min(Math.max(Math.trunc(limit), 1), maxLimit),
        mostRead,
      ],
    ),
  );
  const { items, unreadable } = decodeAll(context, pairs(found));
  return {
    items,
    ...(unreadable.length > 0 && { unreadable }),
    ...(next.length > 0 && { next: next.toString() }),
  };
}

/** The keys that a page is read from, and their kind. */
function sourceOf(keys: Keys, { workload, namespaces }: RolloutQuery): [kind: string, sources: readonly string[]] {
  if (workload !== undefined) return ['workload', [keys.rolloutsOf(workload)]];
  if (namespaces !== undefined) return ['namespaces', [...new Set(namespaces)].map((one) => keys.historiesIn(one))];
  return ['all', [keys.index]];
}

function pairs(flat: readonly Buffer[]): (readonly [string, Buffer])[] {
  const result: (readonly [string, Buffer])[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [id, record] = flat.slice(i, i + 2);
    if (id !== undefined && record !== undefined) result.push([id.toString(), record]);
  }
  return result;
}
