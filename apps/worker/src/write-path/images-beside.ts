import { hash } from 'node:crypto';
import type { Rollout } from '@keelson/history';
import type { ContainerState, Pod } from '@keelson/kube';

/** Eight hex digits are enough to distinguish the few images of one container. */
const digits = 8;

/** What stands for the image that a container reports. */
export function shortImageID({ imageID }: Pick<ContainerState, 'imageID'>): string {
  return hash('sha256', imageID).slice(0, digits);
}

/**
 * What the healthy containers of these pods run that a rollout does not change, by container. Where a container of the new pods runs something else, its
 * own tag moved, and the rollout is not to blame for it.
 */
export function imagesBeside(
  pods: readonly Pod[],
  { changes }: Pick<Rollout, 'changes'>,
): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  for (const { name, imageID, ready } of pods.flatMap(({ containers }) => containers)) {
    if (!ready || imageID === '' || changes.some(({ container }) => container === name)) continue;
    found.set(name, (found.get(name) ?? new Set()).add(imageID));
  }
  return Object.fromEntries(
    [...found].map(([name, images]) => [name, [...images].map((imageID) => shortImageID({ imageID }))]),
  );
}
