import type { Workload } from '@keelson/kube';
import { pinsOn, stateKey } from '@keelson/kube';

/** Whether the object carries fields that Keelson wrote, which have to be removed when the workload is no longer followed. */
export function carriesOurFields(workload: Workload): boolean {
  return workload.annotations[stateKey] !== undefined || Object.keys(pinsOn(workload)).length > 0;
}
