import { createHash } from 'node:crypto';
import type { Digest } from '@keelson/image';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions } from '../types.ts';
import { acceptManifests } from './media-types.ts';

export interface Content {
  readonly kind: 'manifests' | 'blobs';
  readonly digest: Digest;
  /** The most bytes it may have. */
  readonly maxBytes: number;
  /** It is good to have, and nothing waits for it. */
  readonly spare?: true;
}

/**
 * A manifest or a config by its digest, read by `read` where the content has that digest.
 *
 * @throws RegistryError, of code `protocol` where it has another digest or `read` returns undefined
 */
export async function fetchContent<T>(
  transport: Transport,
  endpoint: Endpoint,
  { kind, digest, maxBytes, spare }: Content,
  read: (text: string, bytes: number) => T | undefined,
  options: Pick<CallOptions, 'credentials' | 'share'>,
): Promise<T> {
  const subject = subjectOf(kind, endpoint.repository, digest);
  const accept = kind === 'blobs' ? '*/*' : acceptManifests;
  const path = `${kind}/${digest}`;
  const request = { path, accept, subject, maxBytes, ...(spare && { spare }) };
  const { body } = await transport.get(endpoint, request, options);
  const about = { host: endpoint.host, subject };
  if (digestOf(body) !== digest) throw failed('protocol', about, 'it sent content with another digest');
  const value = read(body.toString('utf8'), body.length);
  if (value === undefined) throw failed('protocol', about, 'Keelson cannot read the content');
  return value;
}

/** For messages: `the manifest ops/myapp@sha256:…`. */
export function subjectOf(kind: Content['kind'], repository: string, digest: Digest): string {
  return `the ${kind === 'blobs' ? 'config' : 'manifest'} ${repository}@${digest}`;
}

/** The digest of a received body, whatever the registry says. */
export function digestOf(body: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
