import type { ImageReference } from './types.ts';

/** Host and repository, without tag and digest: `docker.io/library/nginx`. */
export function repositoryOf({ host, repository }: Pick<ImageReference, 'host' | 'repository'>): string {
  return `${host}/${repository}`;
}

/** The canonical text: `docker.io/library/nginx:latest@sha256:…`. `parseReference` gives the same reference back. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${repositoryOf(reference)}${tag}${digest}`;
}
