import type { Digest } from '@keelson/image';
import type { Content } from './build-image.ts';
import type { PushSession } from './push-session.ts';

/**
 * Pushes what is already made: blobs that the registry does not have, then the manifests, each by its digest and the last one by the tag. Answers
 * what the tag now names.
 *
 * @throws Error where the registry does not take it
 */
export async function pushContent(
  session: PushSession,
  repository: string,
  tag: string,
  blobs: readonly Content[],
  manifests: readonly Content[],
): Promise<Digest> {
  const top = manifests.at(-1);
  if (top === undefined) throw new Error('an image of no platforms cannot be pushed');
  for (const blob of blobs) await pushBlob(session, repository, blob.digest, blob.body);
  for (const manifest of manifests) {
    const reference = manifest === top ? tag : manifest.digest;
    const headers = { 'content-type': manifest.mediaType };
    await session.send(
      `/v2/${repository}/manifests/${reference}`,
      { method: 'PUT', headers, body: manifest.body },
      [201],
    );
  }
  return top.digest;
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
