import type { Digest } from '@keelson/image';
import { RegistryError } from '../errors.ts';
import type { ImageDescription, ImageLabels } from '../types.ts';
import { familyOf } from './family.ts';
import type { ImageContent } from './image-content.ts';
import { isComplete } from './labels.ts';
import type { Child, Manifest } from './read-manifest.ts';

/**
 * The related digests and labels of a digest: one GET of its manifest; for labels that are not in there one GET of a platform's manifest and one of
 * its config. Labels are good to have: where the registry does not hand them out, the image has none.
 *
 * @throws RegistryError
 */
export async function describe(digest: Digest, content: ImageContent, signal?: AbortSignal): Promise<ImageDescription> {
  const top = await content.top(digest);
  const { digests, manifests } = await familyOf(digest, top, content);
  const labels = await labelsOf(top, manifests, content, signal);
  return { relatedDigests: digests, labels };
}

async function labelsOf(
  top: Manifest,
  manifests: readonly Child[],
  content: ImageContent,
  signal: AbortSignal | undefined,
): Promise<ImageLabels> {
  if (isComplete(top.labels)) return top.labels;
  try {
    const [first] = manifests;
    const manifest =
      top.type === 'manifest' || first === undefined ? top : await content.child(first.digest, { spare: true });
    const labels = manifest?.type === 'manifest' ? await content.labels(manifest.config) : {};
    return { ...labels, ...top.labels };
  } catch (error) {
    if (!(error instanceof RegistryError) || signal?.aborted) throw error;
    return top.labels;
  }
}
