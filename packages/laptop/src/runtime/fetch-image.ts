import { createHash } from 'node:crypto';
import type { RegistryPuller } from '@keelson/simulator/kubelet';
import { PullError, parseImageName } from '@keelson/simulator/kubelet';
import { z } from 'zod';

const descriptor = z.looseObject({ digest: z.string() });
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) });

export interface FetchedImage {
  /** The configuration, as JSON. */
  readonly config: string;
  /** As they were pushed (a tar, mostly gzipped), lowest first. */
  readonly layers: readonly Buffer[];
}

/**
 * Fetches all of an image and checks it against its digests.
 *
 * @param imageID - `HOST/REPOSITORY@DIGEST`
 * @throws PullError
 */
export async function fetchImage(
  puller: RegistryPuller,
  imageID: string,
  credentials: string | undefined,
): Promise<FetchedImage> {
  const name = parseImageName(imageID);
  const { manifest: found } = await puller.manifest(name, credentials);
  const { success, data } = manifest.safeParse(found);
  if (!success) throw failed(imageID, 'its manifest names no configuration and no layers');
  const blob = async (digest: string) => {
    const body = await puller.blob(name, digest, credentials);
    const actual = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    if (actual === digest) return body;
    throw failed(imageID, `unexpected commit digest ${actual}, expected ${digest}: failed precondition`);
  };
  const config = await blob(data.config.digest);
  const layers: Buffer[] = [];
  for (const { digest } of data.layers) layers.push(await blob(digest));
  return { config: config.toString('utf8'), layers };
}

function failed(imageID: string, why: string): PullError {
  return new PullError(`failed to pull and unpack image "${imageID}": ${why}`);
}
