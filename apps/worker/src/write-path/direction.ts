import type { Rollout, WorkloadState } from '@keelson/history';
import type { Direction } from '@keelson/kube';

/**
 * `forward` where the digests of a rollout are what their tags mean now, so that new pods pull them by themselves; `back` where the tags mean
 * something else. An update is always to what the tag was just seen to mean.
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
