import { z } from '@hono/zod-openapi';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import { ApiProblem } from '../problems/api-problem.ts';

const form = /^(?:sha256:)?[0-9a-f]{7,64}$/;

export const digestPrefixSchema = z
  .string()
  .max(71)
  .regex(form, 'must be a digest, or at least the first 7 of its hex digits')
  .openapi({ description: 'A digest, in full or its first 7 hex digits or more.', example: 'sha256:4afff5507085' });

export function isDigestPrefix(text: string): boolean {
  return form.test(text);
}

export function startsWith(digest: Digest, prefix: string): boolean {
  return digest.startsWith(prefix.startsWith('sha256:') ? prefix : `sha256:${prefix}`);
}

/**
 * The one digest that begins with `prefix`, or undefined.
 *
 * @throws ApiProblem `ambiguous-digest` when several do.
 */
export function onlyMatch(digests: Iterable<Digest>, prefix: string): Digest | undefined {
  const [match, ...others] = new Set([...digests].filter((digest) => startsWith(digest, prefix)));
  if (others.length === 0) return match;
  const names = [match, ...others].flatMap((digest) => (digest ? [shortDigest(digest)] : [])).join(', ');
  throw new ApiProblem(
    'ambiguous-digest',
    `${prefix} is the beginning of ${names}: write more digits of the one that you mean.`,
  );
}
