import { repositoryOf } from '@keelson/image';
import type { LintedWorkload } from '../model/workload.ts';
import { fits, splitImage } from './match.ts';
import type { Pipeline } from './pipeline.ts';
import { projectPlaceholder } from './pipeline.ts';

/** Registries that are never a GitLab project's own. */
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
 * The value of CI_REGISTRY_IMAGE: the given one, or else the path below which most workloads name an image that CI pushes, since no file of a
 * repository contains it. Returns undefined where two paths are equally likely.
 */
export function projectPath(
  { pushes }: Pipeline,
  workloads: readonly LintedWorkload[],
  given?: string,
): string | undefined {
  if (given !== undefined) return given.replace(/\/+$/, '');
  const suffixes = new Set(
    pushes.flatMap(({ image }) => {
      const { repository } = splitImage(image);
      return repository.startsWith(`${projectPlaceholder}/`) ? [repository.slice(projectPlaceholder.length)] : [];
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
