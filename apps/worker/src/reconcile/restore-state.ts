import { workloadIdOf } from '@keelson/core';
import type { History } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { stateKey } from '@keelson/kube';
import { readStateText } from '../state-annotation/state-text.ts';

/** Tells Redis what the workload's own annotation kept, where Redis knows nothing of it (laws 7 and 13). */
export async function restoreState(history: Pick<History, 'restore'>, workload: Workload): Promise<void> {
  const kept = readStateText(workload.annotations[stateKey]);
  if (kept) await history.restore(workloadIdOf(workload), kept);
}
