import type { Digest } from '@keelson/image';
import type { ConfigDigests } from '../types.ts';
import { familyOf } from './family.ts';
import type { ImageContent } from './image-content.ts';
import type { Child } from './read-manifest.ts';

/** Most images have one or two platforms; each more is a request. */
const mostPlatforms = 4;
/** The platforms of most nodes, which are read first. */
const common = ['linux/amd64', 'linux/arm64', 'linux/arm64/v8', 'linux/arm/v7'];

/** The digests of the configs of an image: one GET for each platform, the common ones first. @throws RegistryError */
export async function configDigests(digest: Digest, content: ImageContent): Promise<ConfigDigests> {
  const top = await content.top(digest);
  if (top.type === 'manifest') return { digests: [top.config], complete: true };
  const { manifests, partial } = await familyOf(digest, top, content);
  const platforms = [...manifests].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, mostPlatforms);
  const read = await Promise.all(platforms.map((child) => content.child(child.digest)));
  return {
    digests: [...new Set(read.flatMap((manifest) => (manifest?.type === 'manifest' ? [manifest.config] : [])))],
    complete: !partial && manifests.length <= mostPlatforms && read.every((manifest) => manifest?.type === 'manifest'),
  };
}

function rankOf({ platform }: Child): number {
  const place = common.indexOf(platform);
  return place === -1 ? common.length : place;
}
