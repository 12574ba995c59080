import type { Workload } from '@keelson/kube';
import { holdUntilKey, ownPinsOf, pinsOn, stateKey } from '@keelson/kube';

/** Whether the object carries fields that Keelson wrote, which have to be removed when the workload is no longer followed. */
export function carriesOurFields(workload: Workload): boolean {
  const { annotations } = workload;
  return (
    annotations[stateKey] !== undefined ||
    annotations[holdUntilKey] !== undefined ||
    Object.keys(pinsOn(workload)).length > 0 ||
    ownPinsOf(workload).length > 0
  );
}
