import type { ImageReference } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import { closestMatch } from 'leven';
import { atProject, fits, isKnown, mayRunOn, neverMoves, readable, splitImage } from '../ci/match.ts';
import type { Pipeline, Push } from '../ci/pipeline.ts';
import { projectPlaceholder } from '../ci/pipeline.ts';
import { projectPath } from '../ci/project-path.ts';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import { isRetagged } from '../model/retagged.ts';
import type { LintedContainer, LintedWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** The candidate that differs by at most two letters, and by fewer than the word has; undefined where none does. */
function closest(word: string, candidates: readonly string[]): string | undefined {
  const maxDistance = Math.min(2, word.length - 2);
  return maxDistance < 0 ? undefined : closestMatch(word, [...candidates], { maxDistance });
}

/** Usual names of branches: a name that almost equals one of them is taken for misspelt. */
const usual = ['main', 'master', 'staging', 'develop', 'development', 'production', 'preview', 'testing'];

interface Known {
  readonly push: Push;
  readonly repository: string;
  readonly tag: string;
}

/** Images of the project that a workload names and no job pushes. */
export const neverBuilt: Rule = (subject, { registryImage }) => {
  const { pipeline, workloads } = subject;
  if (!pipeline) return [];
  const path = projectPath(pipeline, workloads, registryImage);
  const known = pipeline.pushes
    .filter(({ image }) => path !== undefined || !image.includes(projectPlaceholder))
    .map((push) => ({ push, ...splitImage(atProject(push, path ?? '')) }));
  const own = (repository: string): boolean =>
    (path !== undefined && repository.startsWith(`${path}/`)) || known.some((one) => one.repository === repository);
  const used = workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => {
      const { reference } = container;
      if (reference?.tag === undefined || !own(repositoryOf(reference))) return [];
      return isRetagged(subject, workload, container) ? [] : [{ workload, container, reference }];
    }),
  );
  if (pipeline.gaps.length > 0) return notUnderstood(pipeline);
  return used.flatMap(({ workload, container, reference }) => judge(workload, container, reference, known));
};

function notUnderstood({ gaps }: Pipeline): readonly Finding[] {
  return gaps.map(({ location, why }) =>
    finding(
      'ci-not-understood',
      'info',
      location,
      `The pipeline is not completely known: ${why}. Images that CI never builds are not reported.`,
      'Nothing, if that is intended.',
    ),
  );
}

function judge(
  { object }: LintedWorkload,
  { name, path, image }: LintedContainer,
  reference: ImageReference,
  known: readonly Known[],
): readonly Finding[] {
  const repository = repositoryOf(reference);
  const tag = reference.tag ?? 'latest';
  const location = object.origin.location([...path, 'image']);
  const who = `Container ${name} of ${describe(object)} names ${image}`;
  const here = known.filter((one) => fits(one.repository, repository) !== undefined);
  if (here.length === 0) {
    const others = [...new Set(known.map((one) => one.repository))].filter(isKnown);
    const meant = closest(repository, others);
    const remedy = meant
      ? `Did you mean ${meant}?`
      : `Add a job that pushes it, or name one of ${others.join(', ') || 'the pushed ones'}.`;
    return [
      finding(
        'never-built',
        'error',
        location,
        `${who}, and no job of the pipeline pushes to that repository.`,
        remedy,
      ),
    ];
  }
  const fitting = here.flatMap(({ push, tag: pattern }) => {
    const found = fits(pattern, tag);
    return found && (found.slug === undefined || mayRunOn(push, found.slug)) ? [found] : [];
  });
  if (fitting.length === 0) {
    const followed = here.filter((one) => !neverMoves(one.tag));
    const tags = [...new Set((followed.length > 0 ? followed : here).map((one) => readable(one.tag)))];
    return [
      finding(
        'never-built',
        'error',
        location,
        `${who}, and no job of the pipeline pushes that tag.`,
        `Name one that is pushed: ${tags.join(', ')}.`,
      ),
    ];
  }
  const slugs = fitting.map(({ slug }) => slug);
  const [slug] = slugs;
  if (slug === undefined || slugs.includes(undefined) || usual.includes(slug)) return [];
  const meant = closest(slug, usual);
  if (meant === undefined) return [];
  return [
    finding(
      'never-built',
      'warning',
      location,
      `${who}, which CI pushes only from a branch whose name becomes "${slug}".`,
      `Did you mean "${tag.replace(slug, meant)}", of the branch ${meant}? Otherwise nothing.`,
    ),
  ];
}
