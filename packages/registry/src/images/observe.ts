import type { Digest, ImageReference } from '@keelson/image';
import { isDigest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import type { RequestSubject } from '../errors.ts';
import { failed } from '../errors.ts';
import { digestHeader } from '../http/digest-header.ts';
import type { HttpResponse } from '../http/types.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, TagObservation } from '../types.ts';
import { digestOf } from './content.ts';
import { acceptManifests, manifestTypes, mediaTypeOf } from './media-types.ts';
import { readManifest } from './read-manifest.ts';

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
  const response = await transport.head(endpoint, request, options, last);
  const { headers } = response;
  const about = { host: endpoint.host, subject };
  const mediaType = mediaTypeOf(headers['content-type']).slice(0, 100);
  if (!manifestTypes.includes(mediaType)) {
    throw failed('protocol', about, `it answered with ${mediaType || 'no type'}, which is no image manifest`);
  }
  const header = digestHeader(headers);
  if (/^(?!sha256)\w+:/.test(header)) throw failed('protocol', about, 'its digest is not sha256');
  return { digest: response.method === 'HEAD' && isDigest(header) ? header : digestIn(response, header, about) };
}

/** The digest of a body, which no header overrules. A body that ends early has a digest too, so it has to be a manifest. */
function digestIn({ body }: HttpResponse, header: string, about: RequestSubject): Digest {
  const digest = digestOf(body);
  if (isDigest(header) && header !== digest) throw failed('protocol', about, 'it sent content with another digest');
  if (readManifest(body.toString('utf8')) !== undefined) return digest;
  throw failed('protocol', about, 'Keelson cannot read the content');
}
