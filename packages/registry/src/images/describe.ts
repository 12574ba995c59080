import type { Digest } from '@keelson/image';
import type { Asker } from '../asker.ts';
import type { Endpoint } from '../endpoints.ts';
import { RegistryError } from '../errors.ts';
import type { CallOptions, ImageDescription } from '../types.ts';
import { fetchContent } from './fetch-content.ts';
import { pickLabels } from './labels.ts';
import type { Config, Index, Manifest } from './schemas.ts';
import { anyManifestSchema, configSchema } from './schemas.ts';

/** No image has more; an index that claims so must not cost more requests. */
const mostPlatforms = 32;

/**
 * What a digest is made of: one GET of its manifest, one of each platform's, one of the first platform's config.
 *
 * @throws RegistryError
 */
export async function describeAt(
  asker: Asker,
  endpoint: Endpoint,
  digest: Digest,
  options: CallOptions,
): Promise<ImageDescription> {
  const content = { kind: 'manifests', digest, schema: anyManifestSchema } as const;
  const top = await fetchContent(asker, endpoint, content, options);
  const children = top.type === 'index' ? platformsIn(top) : [];
  const manifests =
    top.type === 'index'
      ? await Promise.all(children.map((child) => ifThere(fetchManifest(asker, endpoint, child.digest, options))))
      : [top];
  const configs = manifests.flatMap((manifest) => manifest?.config.digest ?? []);
  const first = configs[0];
  const config = first === undefined ? undefined : await ifThere(fetchConfig(asker, endpoint, first, options));
  return {
    relatedDigests: [...new Set([digest, ...children.map((child) => child.digest), ...configs])],
    labels: pickLabels([top.annotations, config?.config?.Labels], config?.created),
  };
}

/** Attestations hang on an index as manifests of no platform. */
function platformsIn({ manifests }: Index): Index['manifests'] {
  return manifests
    .filter(({ platform, annotations }) => {
      const attestation = annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
      return !attestation && !(platform?.os === 'unknown' && platform.architecture === 'unknown');
    })
    .slice(0, mostPlatforms);
}

/** Undefined for an index within an index, which no runtime runs. */
async function fetchManifest(
  asker: Asker,
  endpoint: Endpoint,
  digest: Digest,
  options: CallOptions,
): Promise<Manifest | undefined> {
  const content = { kind: 'manifests', digest, schema: anyManifestSchema } as const;
  const found = await fetchContent(asker, endpoint, content, options);
  return found.type === 'manifest' ? found : undefined;
}

function fetchConfig(asker: Asker, endpoint: Endpoint, digest: Digest, options: CallOptions): Promise<Config> {
  return fetchContent(asker, endpoint, { kind: 'blobs', digest, schema: configSchema }, options);
}

/** Mirrors may hold only some of an index's platforms. */
async function ifThere<T>(content: Promise<T>): Promise<T | undefined> {
  try {
    return await content;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return undefined;
    throw error;
  }
}
