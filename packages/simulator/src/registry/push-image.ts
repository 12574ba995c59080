import type { Digest } from '@keelson/image';
import type { ImageOptions } from './build-image.ts';
import { buildImage } from './build-image.ts';
import { pushContent } from './push-content.ts';
import type { PushTarget } from './push-session.ts';
import { PushSession } from './push-session.ts';

export interface PushedImage {
  /** What the tag now names: the index where there is one, else the manifest. */
  readonly digest: Digest;
  /** The platform manifests, in the order of `platforms`; the attestation's last. */
  readonly manifestDigests: readonly Digest[];
  readonly configDigests: readonly Digest[];
}

/**
 * Pushes an image over plain HTTP by the distribution protocol, to any registry. The same options give the same digests.
 *
 * @throws Error where the registry does not take it
 */
export async function pushImage(
  target: string | PushTarget,
  repository: string,
  tag: string,
  options: ImageOptions = {},
): Promise<PushedImage> {
  const session = new PushSession(typeof target === 'string' ? { url: target } : target);
  const { blobs, manifests, configDigests } = buildImage(options);
  const digest = await pushContent(session, repository, tag, blobs, manifests);
  const manifestDigests = manifests.slice(0, configDigests.length).map(({ digest }) => digest);
  return { digest, manifestDigests, configDigests };
}
