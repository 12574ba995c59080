import type { ImageReference } from '@keelson/image';
import { isDigest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, TagObservation } from '../types.ts';
import { digestOf } from './content.ts';
import { acceptManifests, manifestTypes, mediaTypeOf } from './media-types.ts';

/**
 * The digest that a tag names now: one HEAD, or a GET where the registry refuses HEAD or does not send the digest. `last`: no other endpoint may have
 * the image.
 *
 * @throws RegistryError
 */
export async function observeAt(
  transport: Transport,
  endpoint: Endpoint,
  { tag, digest }: ImageReference,
  options: CallOptions,
  last: boolean,
): Promise<TagObservation> {
  const reference = tag ?? digest ?? 'latest';
  const subject = `the digest of ${endpoint.repository}${reference === digest ? '@' : ':'}${reference}`;
  const request = { path: `manifests/${reference}`, accept: acceptManifests, subject };
  const { headers, body } = await transport.head(endpoint, request, options, last);
  const about = { host: endpoint.host, subject };
  const mediaType = mediaTypeOf(headers['content-type']).slice(0, 100);
  if (!manifestTypes.includes(mediaType)) {
    throw failed('protocol', about, `it answered with ${mediaType || 'no type'}, which is no image manifest`);
  }
  const header = headers['docker-content-digest'];
  if (header === undefined) return { digest: digestOf(body) };
  if (typeof header === 'string' && isDigest(header)) return { digest: header };
  throw failed('protocol', about, 'its digest is not sha256');
}
