import type { History, Page, Rollout } from '@keelson/history';
import type { RolloutFilter } from '../schemas/rollouts-query.ts';

/** Rollouts looked at for one answer at most, so that a rare namespace cannot keep the server busy. */
const scanned = 5_000;

/** One page of rollouts. A namespace is filtered here, out of whole pages, so that the cursor stays the history's own. */
export async function readPage(history: Pick<History, 'rollouts'>, filter: RolloutFilter): Promise<Page<Rollout>> {
  const { namespace, workload, state, since, until, limit, cursor } = filter;
  const query = {
    ...(workload !== undefined && { workload }),
    ...(state !== undefined && { state }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  const items: Rollout[] = [];
  let next = cursor;
  for (let seen = 0; seen < scanned && items.length < limit; ) {
    const wanted = limit - items.length;
    const page = await history.rollouts({ ...query, limit: wanted, ...(next !== undefined && { cursor: next }) });
    items.push(...page.items.filter((one) => namespace === undefined || one.workload.startsWith(`${namespace}/`)));
    next = page.next;
    if (next === undefined) break;
    seen += wanted;
  }
  return { items, ...(next !== undefined && { next }) };
}
