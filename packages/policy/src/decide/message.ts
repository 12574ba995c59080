import type { Digest } from '@keelson/image';
import { isDigest, repositoryOf, shortDigest } from '@keelson/image';
import type { ContainerFacts } from '../types.ts';

/** `registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:ab…, the pods run sha256:cd….` Digests among the parts come out short. */
export function message({ reference }: ContainerFacts, digest: Digest, rest: string | readonly string[]): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const parts = typeof rest === 'string' ? [rest] : rest;
  const tail = parts.map((part) => (isDigest(part) ? shortDigest(part) : part)).join('');
  return `${repositoryOf(reference)}${tag} is ${shortDigest(digest)}, ${tail}.`;
}
