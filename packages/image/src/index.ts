export { digestOfImageID, isDigest, parseDigest, shortDigest } from './digest.ts';
export { ImageError, InvalidDigestError, InvalidReferenceError } from './errors.ts';
export { formatReference, repositoryOf } from './format-reference.ts';
export { parseReference } from './parse-reference.ts';
export { pin, unpin } from './pin.ts';
export type { Digest, ImageReference } from './types.ts';
