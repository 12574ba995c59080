import { bounds } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { ImageContent } from './image-content.ts';
import type { Child, Manifest } from './read-manifest.ts';

export interface Family {
  /** All that the image's indexes name, and the digest itself: each may be what a pod reports. */
  readonly digests: readonly Digest[];
  /** The manifests among them, in the order of the indexes; of an image without an index itself. */
  readonly manifests: readonly Child[];
  /** A part could not be read, or there was too much of it: what is not in `digests` may still belong to the image. */
  readonly partial: boolean;
}

/** Reads what an image is made of from its indexes, without a request for each platform. @throws RegistryError */
export async function familyOf(digest: Digest, top: Manifest, content: ImageContent): Promise<Family> {
  if (top.type === 'manifest') {
    return { digests: [digest, top.config], manifests: [{ digest, type: 'manifest', platform: '' }], partial: false };
  }
  const digests = new Set([digest]);
  const manifests: Child[] = [];
  let partial = top.partial;
  let indexes = 0;
  const queue = [...top.children];
  for (let child = queue.shift(); child !== undefined; child = queue.shift()) {
    if (digests.has(child.digest)) continue;
    if (digests.size > bounds.imageManifests) return { digests: [...digests], manifests, partial: true };
    digests.add(child.digest);
    if (child.type === 'manifest') {
      manifests.push(child);
      continue;
    }
    indexes += 1;
    const inner = indexes > bounds.imageIndexes ? undefined : await content.child(child.digest);
    if (inner?.type === 'index') queue.push(...inner.children);
    if (inner === undefined || (inner.type === 'index' && inner.partial)) partial = true;
  }
  return { digests: [...digests], manifests, partial };
}
