import { expect, it } from 'vitest';
import type { Tree } from '../../test/support/found.ts';
import { found, lint } from '../../test/support/found.ts';
import { workload } from '../../test/support/manifests.ts';

const ops = 'registry.example.com/team/ops';
const codes = ['never-built', 'ci-not-understood'];

/** As this repository does it: hidden jobs, `extends`, variables that name each other. */
const hidden = `
.docker:
  variables: {IMAGE: $APP, KEPT_TAG: $CI_COMMIT_REF_SLUG-$CI_COMMIT_SHORT_SHA-$CI_PIPELINE_ID}
  script:
    - |
      docker build --pull \\
        -t "$CI_REGISTRY_IMAGE/$IMAGE:$KEPT_TAG" -t "$CI_REGISTRY_IMAGE/$IMAGE:$TAG" .
    - docker push "$CI_REGISTRY_IMAGE/$IMAGE:$KEPT_TAG"
    - docker push "$CI_REGISTRY_IMAGE/$IMAGE:$TAG"
.main:
  extends: .docker
  variables: {TAG: latest}
  rules: [{if: $CI_COMMIT_BRANCH == 'main', changes: [x]}]
.dev:
  extends: .docker
  variables: {TAG: dev-$CI_COMMIT_REF_SLUG}
  rules: [{if: $CI_COMMIT_BRANCH != 'main'}]
`;
const app = (name: string) => `
${name}:main: {extends: .main, variables: {APP: ${name}}}
${name}:dev: {extends: .dev, variables: {APP: ${name}}}
`;
const ci: Tree = {
  '.gitlab-ci.yml': 'include: [{local: /.gitlab/jobs.yml}, {local: "/apps/*/build.yml"}]\n',
  '.gitlab/jobs.yml': hidden,
  'apps/shop/build.yml': app('shop'),
  'apps/blog/build.yml': app('blog'),
  'apps/blog/blog.yaml': workload({ name: 'blog', image: `${ops}/blog:latest` }),
};

it.each([
  ['the image that main pushes', 'shop:latest', []],
  ['the image that a branch pushes', 'shop:dev-staging', []],
  ['the tag of one commit and pipeline', 'shop:staging-0a1b2c3d-4711', []],
  ['an image that a branch of any name pushes', 'shop:dev-feature-some-thing', []],
  ['an image without a tag', 'shop', []],
  ['a misspelt app', 'shpo:latest', [`error never-built: Did you mean ${ops}/shop?`]],
  [
    'an app that has no job',
    'newsletter:latest',
    [`error never-built: Add a job that pushes it, or name one of ${ops}/blog, ${ops}/shop.`],
  ],
  ['a tag that no job pushes', 'shop:stable', ['error never-built: Name one that is pushed: latest, dev-<branch>.']],
  [
    'a tag that is not the slug of a branch',
    'shop:dev-Staging',
    ['error never-built: Name one that is pushed: latest, dev-<branch>.'],
  ],
  [
    'the slug of the branch whose job pushes another tag',
    'shop:dev-main',
    ['error never-built: Name one that is pushed: latest, dev-<branch>.'],
  ],
  [
    'a misspelt branch',
    'shop:dev-stagin',
    ['warning never-built: Did you mean "dev-staging", of the branch staging? Otherwise nothing.'],
  ],
])('lint compares with CI a workload that names %s', async (_, image, expected) => {
  const findings = await lint({ ...ci, 'apps/shop/a.yaml': workload({ image: `${ops}/${image}` }) });
  const about = findings.filter(({ code }) => codes.includes(code));

  expect(about.map(({ severity, code, remedy }) => `${severity} ${code}: ${remedy}`)).toEqual(expected);
  expect(about.every(({ location }) => location.file === 'apps/shop/a.yaml' && location.line === 21)).toBe(true);
});

const push = (name: string) => `docker push "$CI_REGISTRY_IMAGE/${name}"`;

it.each([
  [
    "the article's script, folded by YAML",
    `j:\n  script:\n    - docker build --pull \\\n      -t "\${CI_REGISTRY_IMAGE}/shop:latest" .\n    - docker push "\${CI_REGISTRY_IMAGE}/shop:latest"\n`,
  ],
  ['buildx with --push', 'j:\n  script: docker buildx build --push -t $CI_REGISTRY_IMAGE/shop:latest .\n'],
  ['kaniko', 'j:\n  script: [/kaniko/executor --context . --destination "$CI_REGISTRY_IMAGE/shop:latest"]\n'],
  ['crane', 'j:\n  script: [crane tag $CI_REGISTRY_IMAGE/shop:$CI_COMMIT_SHA latest]\n'],
  ['skopeo', 'j:\n  script: [skopeo copy oci:x docker://$CI_REGISTRY_IMAGE/shop:latest]\n'],
  ['a reference', `.a:\n  script: ['${push('shop:latest')}']\nj:\n  script: [!reference [.a, script], echo done]\n`],
  ['an anchor', `.a: &a\n  script: ['${push('shop:latest')}']\nj:\n  <<: *a\n`],
  [
    'a matrix',
    'j:\n  parallel: {matrix: [{APP: [blog, shop]}]}\n  script: [docker push $CI_REGISTRY_IMAGE/$APP:latest]\n',
  ],
  [
    'a variable of a rule',
    "j:\n  rules: [{if: $CI_COMMIT_BRANCH == 'main', variables: {TAG: latest}}, {variables: {TAG: dev}}]\n  script: [docker push $CI_REGISTRY_IMAGE/shop:$TAG]\n",
  ],
  ["a job's name, cut", `shop:build:\n  script: ["docker push $CI_REGISTRY_IMAGE/\${CI_JOB_NAME%%:*}:latest"]\n`],
  [
    'a variable of the script',
    'j:\n  script: ["IMAGE=$CI_REGISTRY_IMAGE/shop", "export TAG=latest && docker push $IMAGE:$TAG"]\n',
  ],
  ['a default of the shell', `j:\n  script: ["docker push $CI_REGISTRY_IMAGE/shop:\${TAG:-latest}"]\n`],
  ['before_script of default', `default:\n  before_script: ['${push('shop:latest')}']\nj:\n  script: [echo]\n`],
  ['a name that only the job knows', 'j:\n  script: ["docker push $CI_REGISTRY_IMAGE/$(basename $PWD):latest"]\n'],
])('lint finds the pushed image in a script with %s', async (_, ci) => {
  const tree = (tag: string) => ({ '.gitlab-ci.yml': ci, 'a.yaml': workload({ image: `${ops}/shop:${tag}` }) });
  const options = { registryImage: ops };

  expect(await found(codes, tree('latest'), options)).toEqual([]);
  expect(await found(codes, tree('nobody-pushes'), options)).toEqual(['error never-built a.yaml:21']);
});

it.each([
  ['another project', 'include: [{project: team/ci, file: x.yml}]\n', 1],
  ['a component', 'include:\n  - component: $CI_SERVER_FQDN/team/x@1\n', 2],
  ['a file that is not there', 'include: /nowhere.yml\n', undefined],
])('lint has no error where the pipeline includes %s', async (_, ci, at) => {
  const tree = {
    '.gitlab-ci.yml': `${ci}${hidden}${app('shop')}`,
    'a.yaml': workload({ image: `${ops}/blog:latest` }),
  };
  const where = at === undefined ? '/nowhere.yml'.slice(1) : `.gitlab-ci.yml:${at}`;

  expect(await found(codes, tree, { registryImage: ops })).toEqual([`info ci-not-understood ${where}`]);
});

it('lint has no never-built for foreign images or without a pipeline', async () => {
  const foreign = workload({ name: 'redis', image: 'redis:7.4-alpine', annotations: [] });

  expect(await found(codes, { ...ci, 'redis.yaml': foreign })).toEqual([]);
  expect(await found(codes, { 'a.yaml': workload() })).toEqual([]);
});

it.each([
  ['at a registry where no GitLab project lives', 'ghcr.io/acme/shop:1', 'ghcr.io/acme/other:1'],
  ['at two equally likely paths', `${ops}/shop:nobody-pushes`, 'registry.other.com/acme/shop:1'],
])("lint does not guess the project's registry path from images %s", async (_, one, other) => {
  const tree = {
    '.gitlab-ci.yml': `${hidden}${app('shop')}`,
    'a.yaml': workload({ image: one }),
    'b.yaml': workload({ name: 'other', image: other }),
  };

  expect(await found(codes, tree)).toEqual([]);
});

it('lint reports a pipeline that is not valid YAML', async () => {
  const tree = {
    '.gitlab-ci.yml': 'j:\n  script: "docker push\n',
    'a.yaml': workload({ image: `${ops}/shop:latest` }),
  };

  expect(await found([...codes, 'unreadable-file'], tree)).toEqual([
    'info ci-not-understood .gitlab-ci.yml',
    expect.stringMatching(/^error unreadable-file \.gitlab-ci\.yml:\d+$/),
  ]);
});
