import type { ImageReference } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import { atProject, fits, mayRunOn, splitImage } from '../ci/match.ts';
import type { Pipeline, Push } from '../ci/pipeline.ts';
import { ANY, PROJECT, SLUG } from '../ci/pipeline.ts';
import { projectPath } from '../ci/project-path.ts';
import { closest } from '../closest.ts';
import { finding } from '../finding.ts';
import { isRetagged } from '../model/retagged.ts';
import { describe } from '../model/thing.ts';
import type { CheckedContainer, LintedWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** Branches that environments are made of: one that is almost called so is misspelt. */
const usual = ['main', 'master', 'staging', 'develop', 'development', 'production', 'preview', 'testing'];

interface Known {
  readonly push: Push;
  readonly repository: string;
  readonly tag: string;
}

/** An image of the project's own that a workload names and no job pushes. */
export const neverBuilt: Rule = (subject, { registryImage }) => {
  const { pipeline, workloads } = subject;
  if (!pipeline) return [];
  const path = projectPath(pipeline, workloads, registryImage);
  const known = pipeline.pushes
    .filter(({ image }) => path !== undefined || !image.includes(PROJECT))
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
  return gaps.map(({ place, why }) =>
    finding(
      'ci-not-understood',
      'info',
      place,
      `Not all of the pipeline is known: ${why}. So it is not said which images CI never builds.`,
      'Nothing, if that is as it should be.',
    ),
  );
}

function judge(
  { thing }: LintedWorkload,
  { name, path, image }: CheckedContainer,
  reference: ImageReference,
  known: readonly Known[],
): readonly Finding[] {
  const repository = repositoryOf(reference);
  const tag = reference.tag ?? 'latest';
  const place = thing.origin.place([...path, 'image']);
  const who = `Container ${name} of ${describe(thing)} names ${image}`;
  const here = known.filter((one) => fits(one.repository, repository) !== undefined);
  if (here.length === 0) {
    const others = [...new Set(known.map((one) => one.repository))].filter(
      (one) => !one.includes(ANY) && !one.includes(SLUG),
    );
    const meant = closest(repository, others);
    const remedy = meant
      ? `Did you mean ${meant}?`
      : `Add a job that pushes it, or name one of ${others.join(', ') || 'those'}.`;
    return [
      finding('never-built', 'error', place, `${who}, and no job of the pipeline pushes to that repository.`, remedy),
    ];
  }
  const fitting = here.flatMap(({ push, tag: pattern }) => {
    const found = fits(pattern, tag);
    return found && (found.slug === undefined || mayRunOn(push, found.slug)) ? [found] : [];
  });
  if (fitting.length === 0) {
    const tags = [...new Set(here.map((one) => one.tag.replaceAll(SLUG, '<branch>').replaceAll(ANY, '<…>')))];
    return [
      finding(
        'never-built',
        'error',
        place,
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
      place,
      `${who}, which CI pushes only from a branch whose name becomes "${slug}".`,
      `Did you mean "${tag.replace(slug, meant)}", the branch ${meant}? Else this is as it should be.`,
    ),
  ];
}
