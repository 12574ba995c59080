import { repositoryOf } from '@keelson/image';
import type { CheckedWorkload } from '../model/workload.ts';
import { fits, splitImage } from './match.ts';
import type { Pipeline } from './pipeline.ts';
import { PROJECT } from './pipeline.ts';

/** Registries at which no GitLab project has its images. */
const foreign = new Set([
  'docker.io',
  'gcr.io',
  'ghcr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'quay.io',
  'registry.k8s.io',
]);

/**
 * What CI_REGISTRY_IMAGE stands for: as it is told, or else each path below which a workload names an image that CI pushes. No file of a
 * repository says it, so one workload with the right name vouches for those beside it.
 */
export function projectPaths(
  { pushes }: Pipeline,
  workloads: readonly CheckedWorkload[],
  told?: string,
): readonly string[] {
  if (told !== undefined) return [told.replace(/\/+$/, '')];
  const suffixes = new Set(
    pushes.flatMap(({ image }) => {
      const { repository } = splitImage(image);
      return repository.startsWith(`${PROJECT}/`) ? [repository.slice(PROJECT.length)] : [];
    }),
  );
  const paths = workloads.flatMap(({ containers }) =>
    containers.flatMap(({ reference }) => {
      if (!reference || foreign.has(reference.host)) return [];
      return prefixes(repositoryOf(reference), suffixes);
    }),
  );
  return [...new Set(paths)];
}

function prefixes(repository: string, suffixes: ReadonlySet<string>): readonly string[] {
  const cuts = [...repository.matchAll(/\//g)].map(({ index }) => index);
  return cuts
    .filter((cut) => [...suffixes].some((suffix) => fits(suffix, repository.slice(cut)) !== undefined))
    .map((cut) => repository.slice(0, cut));
}
