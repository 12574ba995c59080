import type { Digest } from '@keelson/image';
import type { z } from 'zod';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions } from '../types.ts';
import { acceptManifests } from './media-types.ts';
import { digestOf } from './observe.ts';

/**
 * JSON content by its digest, checked against the digest and parsed.
 *
 * @throws RegistryError, of code `protocol` where the content has another digest or does not match the schema
 */
export async function fetchContent<Schema extends z.ZodType>(
  transport: Transport,
  endpoint: Endpoint,
  content: { readonly kind: 'manifests' | 'blobs'; readonly digest: Digest; readonly schema: Schema },
  options: CallOptions,
): Promise<z.infer<Schema>> {
  const { kind, digest, schema } = content;
  const subject = `the ${kind === 'blobs' ? 'config' : 'manifest'} ${endpoint.repository}@${digest}`;
  const accept = kind === 'blobs' ? '*/*' : acceptManifests;
  const response = await transport.request(
    endpoint,
    { method: 'GET', path: `${kind}/${digest}`, accept, subject },
    options,
  );
  const about = { host: endpoint.host, subject };
  if (digestOf(response) !== digest) throw failed('protocol', about, 'it sent content with another digest');
  const read = schema.safeParse(parseJson(response.body.toString('utf8')));
  if (read.success) return read.data;
  throw failed('protocol', about, 'Keelson cannot read the content');
}
