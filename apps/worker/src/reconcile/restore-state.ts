import { workloadIdOf } from '@keelson/core';
import type { History } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { stateKey } from '@keelson/kube';
import { readStateText } from '../state-annotation/state-text.ts';

/** Restores into Redis what the workload's annotation saved, where Redis has no record of the workload (laws 7 and 13). */
export async function restoreState(history: Pick<History, 'restore'>, workload: Workload): Promise<void> {
  const id = workloadIdOf(workload);
  const saved = readStateText(id, workload.annotations[stateKey]);
  if (saved) await history.restore(id, saved);
}
