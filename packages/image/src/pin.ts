import { parseReference } from './parse-reference.ts';
import type { Digest } from './types.ts';

/**
 * The image with this digest, in its author's own spelling: `nginx:1` becomes `nginx:1@sha256:…`. A digest that was there goes.
 * `nginx` becomes `nginx:latest@sha256:…`, so that whoever reads the pin sees which tag it follows; an image that was pinned
 * without a tag stays without one. Throws InvalidReferenceError.
 */
export function pin(image: string, digest: Digest): string {
  const { tag } = parseReference(image);
  const bare = unpin(image);
  const spelled = tag === undefined || bare.endsWith(`:${tag}`) ? bare : `${bare}:${tag}`;
  return `${spelled}@${digest}`;
}

/** The image without its digest, in its author's own spelling. Text that is no reference comes back as far as its first `@`. */
export function unpin(image: string): string {
  const at = image.indexOf('@');
  return at === -1 ? image : image.slice(0, at);
}
