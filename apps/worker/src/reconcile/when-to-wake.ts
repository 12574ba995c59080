import { workloadKeyOf } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { ClusterView } from '@keelson/kube';
import { soakMsOf } from '../limits.ts';

/** The longest time between two runs for a rollout that only a change in the cluster, or the end of its soak, can move on. */
const restingMs = 15_000;

/** Whether a rollout under way has to be woken though nothing changed in the cluster. `wokenAt`: when it last was. Milliseconds. */
export function isDueToWake(
  view: Pick<ClusterView, 'workload'>,
  rollout: Rollout,
  {
    now,
    wokenAt = 0,
    soakMs,
  }: { readonly now: number; readonly wokenAt?: number | undefined; readonly soakMs: number },
): boolean {
  const { state, soak, workload: id } = rollout;
  if (now - wokenAt >= restingMs || state === 'pending') return true;
  const key = workloadKeyOf(id);
  const workload = key && view.workload(key);
  if (workload?.kind === 'CronJob') return false;
  if (!soak || !workload) return true;
  return now >= soak.since + soakMsOf(workload, rollout, soakMs);
}
