import type { History, RolloutQuery } from '../src/index.ts';
import { beginNew } from './begin-new.ts';
import type { Opened } from './opened.ts';
import { rollout } from './samples.ts';

export const begin = 1_795_000_000_000;

/** `count` rollouts, a second apart, over three workloads; every fifth fails, the others succeed. */
export async function fillPages(redis: Opened, count: number): Promise<string[]> {
  let now = begin;
  const history = redis.open({ now: () => now });
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    now = begin + i * 1_000;
    const { rollout: begun } = await beginNew(history, rollout(`v${i}`, `v${i + 1}`, `ns/deployment/w${i % 3}`));
    await history.transition(begun.id, { from: ['pending'], to: i % 5 === 0 ? 'failed' : 'succeeded', code: 'x' });
    ids.push(begun.id);
  }
  return ids;
}

/** The ids on all pages of a query. `between` runs after each but the last. */
export async function readPages(
  history: History,
  query: RolloutQuery,
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await history.rollouts({ ...query, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    if (page.next === undefined) return ids;
    cursor = page.next;
    await between();
  }
}
