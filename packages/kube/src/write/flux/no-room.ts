import type { Owner, Workload } from '../../types.ts';
import { spelledByAuthor } from '../pins.ts';

/**
 * Why no digest of a workload lasts in the Kustomization that owns it, known before anything is written; undefined where one does. A list that git has
 * is replaced as a whole when git's is applied again, and images are set after all patches.
 *
 * @param followed names of the containers whose images are followed; all but init containers by default
 */
export function whyNoRoom(workload: Workload, followed?: readonly string[]): string | undefined {
  const { owner, containers } = workload;
  const taken = takenOf(owner);
  if (taken === undefined || owner.type !== 'flux-kustomization') return undefined;
  const text = `Kustomization ${owner.namespace}/${owner.name}`;
  const { images, patches } = taken;
  for (const { name, image, init } of containers) {
    if (!(followed?.includes(name) ?? !init)) continue;
    const by = images?.names.find((entry) => isSetBy(spelledByAuthor(workload, name, image), entry));
    if (by !== undefined) return `spec.images of ${text} in git sets "${by}" itself`;
  }
  if (images === undefined || patches === undefined) return undefined;
  return `both spec.images and spec.patches of ${text} are in git (${images.manager} and ${patches.manager} write them)`;
}

function takenOf(owner: Owner) {
  return owner.type === 'flux-kustomization' ? owner.taken : undefined;
}

/** Whether an entry of `spec.images` sets an image, by `^name(:tag)?(@digest)?$`. */
export function isSetBy(image: string, name: string): boolean {
  return image === name || image.startsWith(`${name}:`);
}
