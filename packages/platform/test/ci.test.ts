import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineFiles, sampleApps } from '../src/ci/files.ts';
import { asTag, gitlabCiLocal, pipeline, pipelineJobs } from '../src/ci/gitlab.ts';
import type { Repository } from '../src/ci/repository.ts';
import { createRepository } from '../src/ci/repository.ts';
import { pushes } from './pushes.ts';

let repository: Repository;
let count = 0;
beforeAll(async () => {
  repository = await createRepository(await pipelineFiles());
});
afterAll(() => repository.remove());

/** One push that changes these paths. */
async function pushOf(branch: string, ...paths: string[]): Promise<void> {
  count += 1;
  await repository.push(branch, Object.fromEntries(paths.map((path) => [path, `change ${count}`])));
}

describe('the jobs of a push', () => {
  it.each(pushes)('a push to %s that changes %j runs the jobs %j', async (branch, changed, jobs) => {
    await pushOf(branch, ...changed);

    expect((await pipelineJobs(repository)).toSorted()).toEqual(jobs.toSorted());
  });

  it.each(sampleApps)('a push that changes %s runs its jobs, and those of no other app', async (app) => {
    await pushOf('staging', `apps/${app}/app/src/main.js`);

    expect(await pipelineJobs(repository)).toEqual([`${app}:test`, `${app}:docker-dev`]);
  });
});

it('a git tag of a version releases Keelson, and runs nothing else', async () => {
  await pushOf('main', 'apps/myapp/app/src/main.js');

  expect((await pipelineJobs(repository, ...asTag('v1.2.3'))).toSorted()).toEqual([
    'keelson-api:docker-release',
    'keelson-worker:docker-release',
  ]);
});

describe('the whole pipeline', () => {
  let whole: Awaited<ReturnType<typeof pipeline>>;
  beforeAll(async () => {
    whole = await pipeline(repository);
  });

  it('GitLab runs pipelines of branches and releases only, and a newer push cancels none of them', () => {
    const { autoCancel, conditions } = whole;

    expect(autoCancel).toEqual({ on_new_commit: 'none' });
    expect(conditions.length).toBeGreaterThan(0);
    const allowed = /^\$CI_COMMIT_BRANCH(?: &&|$)|^\$CI_COMMIT_TAG =~ /;
    expect(conditions).not.toContainEqual(expect.not.stringMatching(allowed));
  });

  it("the pipeline matches GitLab's schema, and names images with their version", () => {
    const { images } = whole;

    const kinds = [/^node:/, /^docker:.*-cli$/, /^docker:.*-dind$/];
    expect(images).toEqual(expect.arrayContaining(kinds.map((kind) => expect.stringMatching(kind))));
    expect(images).not.toContainEqual(
      expect.not.stringMatching(/^[\w/]+:\d+\.\d+\.\d+(?:-\w+)?(?:@sha256:[0-9a-f]{64})?$/),
    );
  });
});

it.each([
  ['a key that GitLab does not know', 'rulez: []', /must NOT have additional properties|rulez/i],
  ['a stage that is not there', 'stage: deploy', /stage:deploy/],
])('GitLab refuses %s', async (_, line, message) => {
  const broken = await createRepository({
    ...(await pipelineFiles()),
    'apps/broken/build.yml': `broken:test:\n  extends: .app:test\n  ${line}\n`,
  });

  try {
    await expect(gitlabCiLocal(broken, '--list-json')).rejects.toThrow(message);
  } finally {
    await broken.remove();
  }
});
