import { afterEach, describe, expect, it } from 'vitest';
import type { DockerCall } from '../src/ci/fake-docker.ts';
import { fakeDocker } from '../src/ci/fake-docker.ts';
import { pipelineFiles } from '../src/ci/files.ts';
import { gitlabCiLocal } from '../src/ci/gitlab.ts';
import type { Repository } from '../src/ci/repository.ts';
import { createRepository } from '../src/ci/repository.ts';

const password = 'a-registry-password';

let repository: Repository | undefined;
afterEach(() => repository?.remove());

/** Runs the pipeline of a push, or only these jobs of it, with a `docker` that only remembers how it was called. */
async function dockerCallsOf(branch: string, path: string, ...jobs: string[]) {
  repository = await createRepository({
    ...(await pipelineFiles()),
    'apps/myapp/app/package.json': '{ "name": "myapp", "scripts": { "test": "node --version" } }',
  });
  const docker = await fakeDocker(repository);
  // gitlab-ci-local copies the files for jobs in containers, of which there are none here.
  await repository.program('rsync', '#!/bin/sh\n');
  const { after } = await repository.push(branch, { [path]: 'a change' });

  const variables = [
    'CI_REGISTRY=registry.gitlab.com',
    'CI_REGISTRY_IMAGE=registry.gitlab.com/cmunroe/ops',
    'CI_REGISTRY_USER=someone',
    `CI_REGISTRY_PASSWORD=${password}`,
    'CI_PIPELINE_CREATED_AT=2026-08-01T10:00:00Z',
    'CI_PIPELINE_ID=4711',
  ];
  await gitlabCiLocal(
    repository,
    '--force-shell-executor',
    '--no-shell-isolation',
    '--no-json-schema-validation',
    ...variables.flatMap((variable) => ['--variable', variable]),
    ...jobs,
  );
  return { calls: await docker.calls(), commit: after };
}

function built(calls: readonly DockerCall[]): string[] {
  const build = calls.find(({ args }) => args[0] === 'build');
  return build?.args.filter((_, index, args) => args[index - 1] === '-t') ?? [];
}

describe('a pipeline that runs', () => {
  it.each([
    ['main', 'apps/myapp/app/main.js', [], 'myapp', 'latest', 'main'],
    [
      'feature/Some_Thing',
      'apps/myapp/app/main.js',
      ['myapp:docker-dev'],
      'myapp',
      'dev-feature-some-thing',
      'feature-some-thing',
    ],
    ['main', 'apps/api/src/main.ts', ['keelson-api:docker-main'], 'keelson-api', 'latest', 'main'],
    ['staging', 'packages/queue/src/a.ts', ['keelson-worker:docker-dev'], 'keelson-worker', 'dev-staging', 'staging'],
  ])(
    'on %s, of %s %j, pushes %s with a tag that nothing moves, then as :%s',
    async (branch, path, jobs, name, tag, slug) => {
      const { calls, commit } = await dockerCallsOf(branch, path, ...jobs);

      const image = `registry.gitlab.com/cmunroe/ops/${name}`;
      const tags = [`${image}:${slug}-${commit.slice(0, 8)}-4711`, `${image}:${tag}`];
      expect(calls.map(({ args }) => args[0])).toEqual(['login', 'build', 'push', 'push']);
      expect(built(calls)).toEqual(tags);
      expect(calls.slice(2).map(({ args }) => args)).toEqual(tags.map((each) => ['push', each]));
    },
  );

  it('a pipeline labels the image with its origin, and passes the password so that no process list shows it', async () => {
    const { calls, commit } = await dockerCallsOf('staging', 'apps/myapp/app/main.js', 'myapp:docker-dev');

    const [login, build] = calls;
    expect(login).toEqual({
      args: ['login', '-u', 'someone', '--password-stdin', 'registry.gitlab.com'],
      input: password,
    });
    expect(calls.flatMap(({ args }) => args).join(' ')).not.toContain(password);
    expect(build?.args).toEqual([
      'build',
      '--pull',
      ...['--build-arg', 'BUILD_TIME=2026-08-01T10:00:00Z'],
      ...['--build-arg', `COMMIT=${commit}`],
      ...['--build-arg', 'SOURCE=https://gitlab.com/cmunroe/ops'],
      ...['--build-arg', `VERSION=staging-${commit.slice(0, 8)}`],
      ...['-t', `registry.gitlab.com/cmunroe/ops/myapp:staging-${commit.slice(0, 8)}-4711`],
      ...['-t', 'registry.gitlab.com/cmunroe/ops/myapp:dev-staging'],
      ...['-f', 'apps/myapp/app/Dockerfile', 'apps/myapp/app'],
    ]);
  });
});

it('a pipeline builds nothing when a test fails', async () => {
  const files = { ...(await pipelineFiles()), 'apps/myapp/app/package.json': '{ "scripts": { "test": "exit 3" } }' };
  repository = await createRepository(files);
  await repository.program('docker', '#!/bin/sh\necho docker-was-called\n');
  await repository.program('rsync', '#!/bin/sh\n');
  await repository.push('main', { 'apps/myapp/app/main.js': 'a change' });

  const flags = ['--force-shell-executor', '--no-shell-isolation', '--no-json-schema-validation'];
  const run = gitlabCiLocal(repository, ...flags);

  await expect(run).rejects.toMatchObject({
    code: 1,
    stdout: expect.not.stringContaining('docker-was-called'),
  });
});
