import type { Digest, ImageReference } from '@keelson/image';
import { parseReference, pin, repositoryOf } from '@keelson/image';

/** The reference that an image text stands for; undefined where it is not a valid reference, which the check reports. */
export function referenceOf(image: string): ImageReference | undefined {
  try {
    return parseReference(image);
  } catch {
    return undefined;
  }
}

/** The image with this digest; undefined where the text is not a valid image. */
export function pinnedImage(image: string, digest: Digest): string | undefined {
  return referenceOf(image) === undefined ? undefined : pin(image, digest);
}

export function digestOf(image: string): Digest | undefined {
  return referenceOf(image)?.digest;
}

/** True when both name the same tag of the same repository, whatever their digests and spelling. */
export function sameTag(one: string, other: string): boolean {
  const [left, right] = [referenceOf(one), referenceOf(other)];
  if (left === undefined || right === undefined) return false;
  return repositoryOf(left) === repositoryOf(right) && left.tag === right.tag;
}
