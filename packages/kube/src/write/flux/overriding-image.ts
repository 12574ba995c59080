import { fields, text } from '../../fields.ts';
import type { Kustomization } from './kustomization.ts';
import { entryPins } from './pins.ts';

/**
 * The name of somebody else's entry in `spec.images` that would take our digest away again: kustomize goes over the images after all
 * patches, by `^name(:tag)?(@digest)?$`, and what it writes is `newTag` without the digest that a patch has put there.
 *
 * `image`: without its digest.
 */
export function overridingImage(kustomization: Kustomization, image: string): string | undefined {
  const ours = new Set(entryPins(kustomization).map((pin) => pin.image));
  return kustomization.images
    .map((entry) => text(fields(entry).name))
    .find((name) => name !== undefined && !ours.has(name) && (image === name || image.startsWith(`${name}:`)));
}
