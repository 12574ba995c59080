import { workloadIdOf } from '@keelson/core';
import type { History, WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { stateKey } from '@keelson/kube';
import { readStateText } from './state-text.ts';

/** The state, with what failed since everything that Redis knows: it lost its newest data, or was restored from an older dump (laws 7 and 13). */
export async function withLost(
  history: Pick<History, 'restore' | 'workload'>,
  workload: Workload,
  state: WorkloadState,
): Promise<WorkloadState> {
  const id = workloadIdOf(workload);
  const saved = readStateText(id, workload.annotations[stateKey]);
  const isKnown = saved?.quarantine.every((entry) =>
    state.quarantine.some((known) => known.container === entry.container && known.digest === entry.digest),
  );
  if (!saved || isKnown || !(await history.restore(id, saved))) return state;
  return (await history.workload(id)) ?? state;
}
