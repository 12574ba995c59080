import type { Digest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import { RegistryError } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, ImageDescription } from '../types.ts';
import { fetchContent } from './fetch-content.ts';
import { pickLabels } from './labels.ts';
import type { Config, Index, Manifest } from './schemas.ts';
import { anyManifestSchema, configSchema } from './schemas.ts';

/** No image has more platforms; an index that claims more must not cost more requests. */
const mostPlatforms = 32;

/**
 * The related digests and labels of a digest: one GET of its manifest, one of each platform's, one of the first platform's config.
 *
 * @throws RegistryError
 */
export async function describeAt(
  transport: Transport,
  endpoint: Endpoint,
  digest: Digest,
  options: CallOptions,
): Promise<ImageDescription> {
  const content = { kind: 'manifests', digest, schema: anyManifestSchema } as const;
  const top = await fetchContent(transport, endpoint, content, options);
  const children = top.type === 'index' ? platformsIn(top) : [];
  const manifests =
    top.type === 'index'
      ? await Promise.all(children.map((child) => ifThere(fetchManifest(transport, endpoint, child.digest, options))))
      : [top];
  const configs = manifests.flatMap((manifest) => manifest?.config.digest ?? []);
  const first = configs[0];
  const config = first === undefined ? undefined : await ifThere(fetchConfig(transport, endpoint, first, options));
  return {
    relatedDigests: [...new Set([digest, ...children.map((child) => child.digest), ...configs])],
    labels: pickLabels([top.annotations, config?.config?.Labels], config?.created),
  };
}

/** Leaves out attestations, which an index lists as manifests without a platform. */
function platformsIn({ manifests }: Index): Index['manifests'] {
  return manifests
    .filter(({ platform, annotations }) => {
      const attestation = annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
      return !attestation && !(platform?.os === 'unknown' && platform.architecture === 'unknown');
    })
    .slice(0, mostPlatforms);
}

/** Undefined for an index within an index, which no runtime supports. */
async function fetchManifest(
  transport: Transport,
  endpoint: Endpoint,
  digest: Digest,
  options: CallOptions,
): Promise<Manifest | undefined> {
  const content = { kind: 'manifests', digest, schema: anyManifestSchema } as const;
  const found = await fetchContent(transport, endpoint, content, options);
  return found.type === 'manifest' ? found : undefined;
}

function fetchConfig(transport: Transport, endpoint: Endpoint, digest: Digest, options: CallOptions): Promise<Config> {
  return fetchContent(transport, endpoint, { kind: 'blobs', digest, schema: configSchema }, options);
}

/** Undefined for content that is not there: mirrors may hold only some platforms of an index. */
async function ifThere<T>(content: Promise<T>): Promise<T | undefined> {
  try {
    return await content;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return undefined;
    throw error;
  }
}
