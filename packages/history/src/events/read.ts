import { z } from 'zod';
import { time } from '../codec/time.ts';
import type { Context } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask } from '../redis/script.ts';
import type { HistoryEvent } from '../types.ts';

const shape = /^\d{1,15}(-\d{1,15})?$/;
const entry = z.object({
  t: z.enum(['rollout', 'workload', 'check', 'quarantine', 'hold', 'cluster', 'namespace']),
  a: z.coerce.number().pipe(time),
  w: z.string(),
  r: z.string(),
  n: z.string(),
  m: z.string(),
});

/** @throws HistoryError `invalid`. */
export function checkEventId(id: string): void {
  if (!shape.test(id)) throw new HistoryError('This is not the id of an event.', { code: 'invalid' });
}

/** At most `limit` events after this one, without waiting. */
export async function readEvents(
  { redis, keys, onCorrupt }: Context,
  after: string,
  limit: number,
): Promise<readonly HistoryEvent[]> {
  const entries = await ask(redis.xrange(keys.events, `(${after}`, '+', 'COUNT', limit));
  return entries.flatMap(([id, fields]) => {
    const parsed = entry.safeParse(Object.fromEntries(pairs(fields)));
    if (parsed.success) return [toEvent(id, parsed.data)];
    onCorrupt(
      new HistoryError(`Event ${id} is stored in a form that cannot be parsed.`, {
        code: 'corrupt',
        cause: parsed.error,
      }),
    );
    return [];
  });
}

/** The id of the newest event; `0-0` when there is none yet. */
export async function readLastEventId({ redis, keys }: Context): Promise<string> {
  const [last] = await ask(redis.xrevrange(keys.events, '+', '-', 'COUNT', 1));
  return last?.[0] ?? '0-0';
}

function toEvent(id: string, { t, a, w, r, n, m }: z.output<typeof entry>): HistoryEvent {
  const about = t === 'namespace' ? { workload: '', namespace: w } : { workload: w };
  return { id, at: a, type: t, ...about, ...(r !== '' && { rollout: r }), name: n, ...(m !== '' && { message: m }) };
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) result.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return result;
}
