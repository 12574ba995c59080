import { createHash } from 'node:crypto';
import type { Digest, ImageReference } from '@keelson/image';
import { isDigest } from '@keelson/image';
import type { Asker } from '../asker.ts';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import type { Answer } from '../http/exchange.ts';
import type { CallOptions, TagObservation } from '../types.ts';
import { acceptManifests, manifestTypes, mediaTypeOf } from './media-types.ts';

/**
 * The digest that a tag names now: one HEAD, or a GET after it where the registry does not say the digest.
 *
 * @throws RegistryError
 */
export async function observeAt(
  asker: Asker,
  endpoint: Endpoint,
  { tag, digest }: ImageReference,
  options: CallOptions,
): Promise<TagObservation> {
  const reference = tag ?? digest ?? 'latest';
  const asked = `the digest of ${endpoint.repository}${reference === digest ? '@' : ':'}${reference}`;
  const question = { path: `manifests/${reference}`, accept: acceptManifests, asked };
  const head = await asker.ask(endpoint, { method: 'HEAD', ...question }, options);
  const said = head.headers['docker-content-digest'];
  const answer = said === undefined ? await asker.ask(endpoint, { method: 'GET', ...question }, options) : head;
  const about = { host: endpoint.host, asked };
  const mediaType = mediaTypeOf(answer.headers['content-type']);
  if (!manifestTypes.some((type) => type === mediaType)) {
    throw failed('protocol', about, `it answered with ${mediaType || 'no type'}, which is no image manifest`);
  }
  if (said === undefined) return { digest: digestOf(answer) };
  if (typeof said === 'string' && isDigest(said)) return { digest: said };
  throw failed('protocol', about, 'the digest that it answered is not sha256');
}

/** Of what was received, whatever the registry calls it. */
export function digestOf({ body }: Answer): Digest {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
