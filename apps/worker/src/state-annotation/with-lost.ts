import { workloadIdOf } from '@keelson/core';
import type { History, Rollout, WorkloadState } from '@keelson/history';
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

/** Why nothing of an update is written: its target failed before; undefined where it may be written. */
export function whyQuarantined(
  { kind, changes }: Pick<Rollout, 'kind' | 'changes'>,
  { quarantine }: Pick<WorkloadState, 'quarantine'>,
): string | undefined {
  if (kind !== 'update') return undefined;
  const against = quarantine.filter((entry) =>
    changes.some(
      ({ container, image, to }) =>
        container === entry.container && image === entry.image && to.digest === entry.digest,
    ),
  );
  return against.length === 0 ? undefined : against.map(({ message }) => message).join(' ');
}
