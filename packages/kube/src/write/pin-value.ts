import type { Digest } from '@keelson/image';
import { digestOfImageID, unpin } from '@keelson/image';

/** The value of a pin annotation. */
export interface PinValue {
  /** The image as the pod template names it, letter by letter: the pin counts only beside that one. */
  readonly from: string;
  /** The digest of the image that pods get. */
  readonly digest: Digest;
}

/**
 * Two fields with a blank between them, `<from> <to>`; or `<to>` alone, where `from` is the same without the digest. Either is read by every Keelson,
 * and by a policy of this version or newer (see PinPolicy). The short form is written wherever it says the same, since the first policy knows no other.
 */
export function readPinValue(value: string | undefined): PinValue | undefined {
  const [first = '', second, ...more] = (value ?? '').split(' ');
  const to = second ?? first;
  const at = to.indexOf('@');
  const digest = at < 1 ? undefined : digestOfImageID(to);
  if (digest === undefined || first === '' || more.length > 0 || to !== `${to.slice(0, at)}@${digest}`)
    return undefined;
  return { from: second === undefined ? to.slice(0, at) : first, digest };
}

/** The pin of an image to a digest. Where the image names a digest itself, the pin needs a policy that replaces one. */
export function pinValue(image: string, digest: Digest): string {
  const bare = unpin(image);
  const to = `${bare}@${digest}`;
  return bare === image ? to : `${image} ${to}`;
}
