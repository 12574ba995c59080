import type { WritePathName } from '@keelson/core';
import { revertedCode, writePathNames } from '@keelson/core';
import type { Rollout } from '@keelson/history';

/** The write paths that were tried for this rollout and whose write was reverted. */
export function rejectedPaths({ transitions }: Pick<Rollout, 'transitions'>): readonly WritePathName[] {
  return writePathNames.filter((name) => transitions.some(({ code }) => code === revertedCode(name)));
}
