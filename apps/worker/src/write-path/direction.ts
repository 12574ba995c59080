import type { Rollout, WorkloadState } from '@keelson/history';
import type { Direction } from '@keelson/kube';

/**
 * Whether the digests of a rollout are what their tags mean now, so that it suffices to start new pods; `back`, where they have to hold
 * against a tag that means something else. An update is to what was just seen.
 */
export function directionOf(
  { kind, changes }: Pick<Rollout, 'kind' | 'changes'>,
  { check }: Pick<WorkloadState, 'check'>,
): Direction {
  if (kind === 'update') return 'forward';
  const meant = changes.every(({ container, to }) =>
    check?.observed.some((seen) => seen.container === container && seen.digest === to.digest),
  );
  return meant ? 'forward' : 'back';
}
