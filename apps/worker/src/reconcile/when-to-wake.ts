import { workloadKeyOf } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { ClusterView } from '@keelson/kube';
import { soakMsOf } from '../limits.ts';

/** How long nobody asks about a rollout of which only a change in the cluster, or the end of its soak, can be news. */
const RESTING_MS = 15_000;

/** Whether a rollout under way is to be asked about though nothing was heard of it. `askedAt`: when it last was. Milliseconds. */
export function isDueToWake(
  view: Pick<ClusterView, 'workload'>,
  rollout: Rollout,
  {
    now,
    askedAt = 0,
    soakMs,
  }: { readonly now: number; readonly askedAt?: number | undefined; readonly soakMs: number },
): boolean {
  const { state, soak, workload: id } = rollout;
  if (now - askedAt >= RESTING_MS || state === 'pending') return true;
  const key = workloadKeyOf(id);
  const workload = key && view.workload(key);
  if (workload?.kind === 'CronJob') return false;
  if (!soak || !workload) return true;
  return now >= soak.since + soakMsOf(workload, rollout, soakMs);
}
