import type { WorkloadId } from '@keelson/core';
import { namespaceOf } from '@keelson/core';
import type { Keys } from '../keys.ts';

/** The eight keys of `create.lua`, in its order. */
export function touchedKeys(keys: Keys, workload: WorkloadId): string[] {
  return [
    keys.rollouts,
    keys.index,
    keys.active,
    keys.sequence,
    keys.workload(workload),
    keys.rolloutsOf(workload),
    keys.historiesIn(namespaceOf(workload)),
    keys.events,
  ];
}
