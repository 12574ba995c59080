import type { Digest, ImageReference } from '@keelson/image';
import { parseReference, pin, repositoryOf } from '@keelson/image';

/** What an image text means; undefined for text that is no reference, which is reported where it is followed. */
export function referenceOf(image: string): ImageReference | undefined {
  try {
    return parseReference(image);
  } catch {
    return undefined;
  }
}

/** The image with the digest; undefined for text that is no image. */
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
