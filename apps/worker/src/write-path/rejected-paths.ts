import type { Rollout } from '@keelson/history';
import type { WritePathName } from '@keelson/kube';

const prefix = 'broken-';
const NAMES: readonly WritePathName[] = [
  'image-pin',
  'template-annotation',
  'flux-kustomization',
  'image-nudge',
  'flux-hold',
];

/** The code of the transition that says that a path did not hold. */
export function brokenCode(path: string): string {
  return `${prefix}${path}`;
}

/** The paths that were tried for this rollout and did not hold. */
export function rejectedPaths({ transitions }: Pick<Rollout, 'transitions'>): readonly WritePathName[] {
  return NAMES.filter((name) => transitions.some(({ code }) => code === brokenCode(name)));
}
