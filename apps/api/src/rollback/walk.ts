import type { History, Rollout, WorkloadId } from '@keelson/history';

/** Every rollout of a workload that is still remembered, newest first; reads on only as far as is asked for. */
export async function* rolloutsOf(history: Pick<History, 'rollouts'>, workload: WorkloadId): AsyncGenerator<Rollout> {
  let cursor: string | undefined;
  do {
    const page = await history.rollouts({ workload, cursor, limit: 100 });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}
