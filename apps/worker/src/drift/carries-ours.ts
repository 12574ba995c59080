import type { Workload } from '@keelson/kube';
import { pinsOn, stateKey } from '@keelson/kube';

/** Whether the object still carries something that Keelson wrote, so that it has to be taken out when the workload leaves. */
export function carriesOurs(workload: Workload): boolean {
  return workload.annotations[stateKey] !== undefined || Object.keys(pinsOn(workload)).length > 0;
}
