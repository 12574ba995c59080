import type { WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';

/** The digest that a container has: its pin, else what its tag meant at the last check, which new pods run. */
export function digestOn(
  workload: Workload,
  container: string,
  { check }: Pick<WorkloadState, 'check'>,
): Digest | undefined {
  return pinOf(workload, container) ?? check?.observed.find((seen) => seen.container === container)?.digest;
}
