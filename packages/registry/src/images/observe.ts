import { createHash } from 'node:crypto';
import type { Digest, ImageReference } from '@keelson/image';
import { isDigest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import type { HttpResponse } from '../http/types.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, TagObservation } from '../types.ts';
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
  if (!manifestTypes.some((type) => type === mediaType)) {
    throw failed('protocol', about, `it answered with ${mediaType || 'no type'}, which is no image manifest`);
  }
  if (header === undefined) return { digest: digestOf(response) };
  if (typeof header === 'string' && isDigest(header)) return { digest: header };
  throw failed('protocol', about, 'its digest is not sha256');
}

/** The digest of the received body, whatever the registry says. */
export function digestOf({ body }: HttpResponse): Digest {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
