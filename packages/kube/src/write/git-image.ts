import type { Workload } from '../types.ts';
import { gitImageKey } from './keys.ts';
import { referenceOf } from './pinned-image.ts';

/**
 * The image that git names for a container that is pinned in `spec.patches` of its Kustomization, as Flux last applied it: a pin hides it
 * otherwise. undefined where nothing says so. When it names another tag than the live image, git moved on: release the workload.
 */
export function gitImageOf({ annotations }: Pick<Workload, 'annotations'>, container: string): string | undefined {
  const image = annotations[gitImageKey(container)];
  return image !== undefined && referenceOf(image) !== undefined && image !== 'unknown' ? image : undefined;
}
