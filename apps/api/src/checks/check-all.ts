import type { WorkloadId } from '@keelson/core';
import type { RequestCheck } from '../deps.ts';

/** Checks that are queued at the same time. */
const batch = 100;

/** Queues a check of each workload, in batches. `notBefore`: milliseconds since the epoch. */
export async function checkAll(
  requestCheck: RequestCheck,
  workloads: Iterable<WorkloadId>,
  trigger: 'manual' | 'webhook',
  notBefore: number,
): Promise<void> {
  const ids = [...workloads];
  for (let start = 0; start < ids.length; start += batch) {
    await Promise.all(ids.slice(start, start + batch).map((id) => requestCheck(id, trigger, notBefore)));
  }
}
