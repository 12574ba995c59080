import { neverMoves, splitImage } from '../ci/match.ts';
import { any, projectPlaceholder, slugPlaceholder } from '../ci/pipeline.ts';
import { finding } from '../finding.ts';
import { looksFixed } from '../model/tags.ts';
import type { Rule } from './rule.ts';

const remedies = {
  gitlab: 'Push a second tag in the same job, such as $CI_COMMIT_REF_SLUG-$CI_COMMIT_SHORT_SHA-$CI_PIPELINE_IID.',
  github: 'Push a second tag in the same job, such as $GITHUB_REF_NAME-$GITHUB_SHA.',
} as const;

interface Pushed {
  readonly ci: keyof typeof remedies;
  readonly file: string;
  readonly job: string;
  readonly image: string;
}

/**
 * Jobs that push a repository only to tags that move: the image before has no tag then, and may be deleted, and with it the way back. A tag with a
 * part that is not known before the job runs, such as a commit, may stay.
 */
export const onlyMutableTags: Rule = ({ pipeline, workflowPushes = [] }) => {
  const pushes: readonly Pushed[] = [
    ...(pipeline?.pushes ?? []).map(({ job, image }) => ({
      ci: 'gitlab' as const,
      file: pipeline?.file ?? '',
      job,
      image,
    })),
    ...workflowPushes.map((push) => ({ ci: 'github' as const, ...push })),
  ];
  const moving = new Map<string, { readonly first: Pushed; readonly tags: Set<string> }>();
  for (const push of pushes) {
    const { repository, tag } = splitImage(push.image);
    const ofJob = pushes.filter(
      (one) => one.job === push.job && one.file === push.file && splitImage(one.image).repository === repository,
    );
    if (ofJob.some(({ image }) => mayStay(image))) continue;
    const key = `${push.file} ${repository}`;
    const known = moving.get(key) ?? { first: push, tags: new Set<string>() };
    known.tags.add(tag);
    moving.set(key, known);
  }
  return [...moving.values()].map(({ first, tags }) =>
    finding(
      'only-mutable-tags',
      'info',
      { file: first.file },
      `Job "${first.job}" pushes ${shown(splitImage(first.image).repository)} only to tags that move (${[...tags].map(shown).join(', ')}). The image before has no tag then, and registries such as GitLab.com delete it after a day: nothing is left to roll back to.`,
      remedies[first.ci],
    ),
  );
};

function mayStay(image: string): boolean {
  const { repository, tag } = splitImage(image);
  return repository.includes(any) || tag.includes(any) || neverMoves(tag) || looksFixed(tag);
}

function shown(written: string): string {
  return written.replaceAll(projectPlaceholder, '$CI_REGISTRY_IMAGE').replaceAll(slugPlaceholder, '<branch>');
}
