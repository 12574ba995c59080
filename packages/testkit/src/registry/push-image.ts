import type { Digest } from '@keelson/image';
import type { ImageOptions } from './build-image.ts';
import { buildImage } from './build-image.ts';
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
  for (const blob of blobs) await pushBlob(session, repository, blob.digest, blob.body);
  const top = manifests.at(-1);
  if (top === undefined) throw new Error('an image of no platforms cannot be pushed');
  for (const manifest of manifests) {
    const reference = manifest === top ? tag : manifest.digest;
    const headers = { 'content-type': manifest.mediaType };
    await session.send(
      `/v2/${repository}/manifests/${reference}`,
      { method: 'PUT', headers, body: manifest.body },
      [201],
    );
  }
  const manifestDigests = manifests.slice(0, configDigests.length).map(({ digest }) => digest);
  return { digest: top.digest, manifestDigests, configDigests };
}

async function pushBlob(session: PushSession, repository: string, digest: Digest, body: Buffer): Promise<void> {
  const known = await session.send(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' }, [200, 404]);
  if (known.status === 200) return;
  const started = await session.send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' }, [202]);
  const location = new URL(started.headers.get('location') ?? '', started.url);
  location.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  await session.send(location.href, { method: 'PUT', headers, body }, [201]);
}
