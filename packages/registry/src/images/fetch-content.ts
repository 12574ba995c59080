import type { Digest } from '@keelson/image';
import type { z } from 'zod';
import type { Asker } from '../asker.ts';
import type { Endpoint } from '../endpoints.ts';
import { failed } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { CallOptions } from '../types.ts';
import { acceptManifests } from './media-types.ts';
import { digestOf } from './observe.ts';

/**
 * JSON content by its digest, checked against it and read.
 *
 * @throws RegistryError, of code `protocol` where the content is not what the digest says, or is not of the schema
 */
export async function fetchContent<Schema extends z.ZodType>(
  asker: Asker,
  endpoint: Endpoint,
  content: { readonly kind: 'manifests' | 'blobs'; readonly digest: Digest; readonly schema: Schema },
  options: CallOptions,
): Promise<z.infer<Schema>> {
  const { kind, digest, schema } = content;
  const asked = `the ${kind === 'blobs' ? 'config' : 'manifest'} ${endpoint.repository}@${digest}`;
  const accept = kind === 'blobs' ? '*/*' : acceptManifests;
  const answer = await asker.ask(endpoint, { method: 'GET', path: `${kind}/${digest}`, accept, asked }, options);
  const about = { host: endpoint.host, asked };
  if (digestOf(answer) !== digest) throw failed('protocol', about, 'it answered content of another digest');
  const read = schema.safeParse(parseJson(answer.body.toString('utf8')));
  if (read.success) return read.data;
  throw failed('protocol', about, 'the content is none that Keelson can read');
}
