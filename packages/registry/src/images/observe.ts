import type { ImageReference } from '@keelson/image';
import { isDigest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, TagObservation } from '../types.ts';
import { digestOf } from './content.ts';
import { acceptManifests, manifestTypes, mediaTypeOf } from './media-types.ts';

/**
 * The digest that a tag names now: one HEAD, and a GET after it where the registry does not send the digest.
 *
 * @throws RegistryError
 */
export async function observeAt(
  transport: Transport,
  endpoint: Endpoint,
  { tag, digest }: ImageReference,
  options: CallOptions,
): Promise<TagObservation> {
  const reference = tag ?? digest ?? 'latest';
  const subject = `the digest of ${endpoint.repository}${reference === digest ? '@' : ':'}${reference}`;
  const request = { path: `manifests/${reference}`, accept: acceptManifests, subject };
  const head = await transport.request(endpoint, { method: 'HEAD', ...request }, options);
  const header = head.headers['docker-content-digest'];
  const response =
    header === undefined ? await transport.request(endpoint, { method: 'GET', ...request }, options) : head;
  const about = { host: endpoint.host, subject };
  const mediaType = mediaTypeOf(response.headers['content-type']);
  if (!manifestTypes.includes(mediaType)) {
    throw failed('protocol', about, `it answered with ${mediaType || 'no type'}, which is no image manifest`);
  }
  if (header === undefined) return { digest: digestOf(response.body) };
  if (typeof header === 'string' && isDigest(header)) return { digest: header };
  throw failed('protocol', about, 'its digest is not sha256');
}
