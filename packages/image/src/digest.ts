import { InvalidDigestError } from './errors.ts';
import type { Digest } from './types.ts';

const digest = /^sha256:[0-9a-f]{64}$/;
const bareHex = /^[0-9a-f]{64}$/;

/** True for `sha256:` and 64 lower-case hex digits; no registry in use serves other algorithms. */
export function isDigest(text: string): text is Digest {
  return digest.test(text);
}

/** The digest, checked. Throws InvalidDigestError. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new InvalidDigestError(text);
  return text;
}

/** As people read it: `sha256:ab12cd34ef56`. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/**
 * The digest in a pod's `status.containerStatuses[].imageID`, or undefined when it holds none.
 * Runtimes spell it `docker-pullable://repo@sha256:…`, `repo@sha256:…`, `docker://sha256:…`, `containerd://…`, a bare `sha256:…`,
 * bare hex (CRI-O), or '' before the image is there. A form without `repo@` names the image's config, not its manifest.
 */
export function digestOfImageID(imageID: string): Digest | undefined {
  const name = imageID.slice(imageID.indexOf('://') === -1 ? 0 : imageID.indexOf('://') + 3);
  const candidate = name.slice(name.lastIndexOf('@') + 1);
  if (bareHex.test(candidate)) return `sha256:${candidate}`;
  return isDigest(candidate) ? candidate : undefined;
}
