import { repositoryOf } from '@keelson/image';
import type { LintedWorkload } from '../model/workload.ts';
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
 * What CI_REGISTRY_IMAGE stands for: as it is told, or else the path below which most workloads name an image that CI pushes. No file of a
 * repository says it, so workloads with the right name vouch for those beside them. Where two paths are as likely, nobody knows: undefined.
 */
export function projectPath(
  { pushes }: Pipeline,
  workloads: readonly LintedWorkload[],
  told?: string,
): string | undefined {
  if (told !== undefined) return told.replace(/\/+$/, '');
  const suffixes = new Set(
    pushes.flatMap(({ image }) => {
      const { repository } = splitImage(image);
      return repository.startsWith(`${PROJECT}/`) ? [repository.slice(PROJECT.length)] : [];
    }),
  );
  const counts = new Map<string, number>();
  for (const { reference } of workloads.flatMap(({ containers }) => containers)) {
    if (!reference || foreign.has(reference.host)) continue;
    for (const path of prefixes(repositoryOf(reference), suffixes)) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  const [best, next] = [...counts].sort(([, one], [, other]) => other - one);
  return best !== undefined && best[1] > (next?.[1] ?? 0) ? best[0] : undefined;
}

function prefixes(repository: string, suffixes: ReadonlySet<string>): readonly string[] {
  const cuts = [...repository.matchAll(/\//g)].map(({ index }) => index);
  return cuts
    .filter((cut) => [...suffixes].some((suffix) => fits(suffix, repository.slice(cut)) !== undefined))
    .map((cut) => repository.slice(0, cut));
}
