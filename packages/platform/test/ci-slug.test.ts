import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineJobs } from '../src/ci/gitlab.ts';
import type { Repository } from '../src/ci/repository.ts';
import { createRepository } from '../src/ci/repository.ts';
import { slugs } from './slugs.ts';

let repository: Repository;
beforeAll(async () => {
  // One job for each slug, named by it, which is there on a branch of that slug.
  const jobs = new Set(
    slugs.map(([, slug]) => `job-${slug}:\n  script: [":"]\n  rules: [{ if: "$CI_COMMIT_REF_SLUG == '${slug}'" }]\n`),
  );
  repository = await createRepository({ '.gitlab-ci.yml': [...jobs].join('') });
});
afterAll(() => repository.remove());

describe('on a laptop, where gitlab-ci-local makes the slug', () => {
  // The names that git allows for a branch.
  const names = slugs.filter(([name]) => /^(?:feature\/[A-Z]|v17|a{62}|17)/.test(name));

  it.each(names)('gitlab-ci-local turns branch %s into the slug %s, as GitLab does', async (name, slug) => {
    await repository.push(name, { change: name });

    expect(await pipelineJobs(repository)).toEqual([`job-${slug}`]);
  });

  it('gitlab-ci-local turns several dashes into one, which GitLab does not, unless it is given the slug', async () => {
    await repository.push('fix/😀/y', { change: 'a' });

    expect(await pipelineJobs(repository)).toEqual([]);
    const given = ['--variable', 'CI_COMMIT_REF_SLUG=fix---y', '--ignore-predefined-vars', 'CI_COMMIT_REF_SLUG'];
    expect(await pipelineJobs(repository, ...given)).toEqual(['job-fix---y']);
  });
});
