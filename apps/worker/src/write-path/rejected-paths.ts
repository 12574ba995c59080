import type { Rollout } from '@keelson/history';
import type { WritePathName } from '@keelson/kube';
import { revertedCode, writePathNames } from '@keelson/kube';

/** The write paths that were tried for this rollout and whose write was reverted. */
export function rejectedPaths({ transitions }: Pick<Rollout, 'transitions'>): readonly WritePathName[] {
  return writePathNames.filter((name) => transitions.some(({ code }) => code === revertedCode(name)));
}
