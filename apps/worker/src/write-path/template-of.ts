import type { Rollout, Written } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { foreignHashOf } from '@keelson/kube';

/** The hashes of the pod template that a rollout keeps, to see later whether somebody changed it, and whether more than the digests. */
export function templateOf(
  workload: Pick<Workload, 'templateHash' | 'foreignHash' | 'containers'>,
  { changes }: Pick<Rollout, 'changes'>,
): Required<Pick<Written, 'template' | 'foreign'>> {
  const pinned = changes.map(({ container }) => container);
  return { template: workload.templateHash, foreign: foreignHashOf(workload, pinned) };
}
