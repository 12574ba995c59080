import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReport, readRepository } from '@keelson/lint';
import { mutate } from './mutate.ts';
import type { OpenTarget, Target } from './target.ts';

const files = {
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: &m
  name: myapp
  namespace: myapp
  annotations:
    keelson.sh/policy: force
    keel.sh/trigger: poll
    keel.sh/pollSchedule: "@every 1m"
    keelson.sh/containers: ^(app|web)-.*$
spec:
  replicas: 2
  selector: { matchLabels: { app: myapp } }
  template:
    metadata: { labels: { app: myapp } }
    spec:
      imagePullSecrets: [{ name: regcred }]
      containers:
        - { name: myapp, image: "registry.gitlab.com/ops/myapp:latest", imagePullPolicy: Always }
---
apiVersion: v1
kind: List
items: [*m]
`,
  'kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: myapp
commonAnnotations: { keelson.sh/policy: force }
resources: [deployment.yaml, ../base]
patches:
  - path: patch.yaml
    target: { kind: Deployment, name: ^my.* }
images: [{ name: registry.gitlab.com/ops/myapp, newTag: dev-staging }]
`,
  '.gitlab-ci.yml': `include: [{ local: /ci/build.yml }]
variables: { TAG: "$CI_COMMIT_REF_SLUG" }
build:
  image: docker:27
  services: [docker:27-dind]
  rules:
    - if: $CI_COMMIT_BRANCH == "main" || $CI_COMMIT_BRANCH =~ /^sta(ging)?$/
      variables: { TAG: latest }
  script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY
    - |
      if [ "$CI_COMMIT_BRANCH" = main ]; then TAG=latest; else TAG="dev-\${CI_COMMIT_BRANCH}"; fi
      docker buildx build --push -t "$CI_REGISTRY_IMAGE:$TAG" -t $CI_REGISTRY_IMAGE:\${CI_COMMIT_SHORT_SHA} .
`,
} as const;

const names = ['deployment.yaml', 'kustomization.yaml', '.gitlab-ci.yml'] as const;

async function open(): Promise<OpenTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-fuzz-'));
  return {
    input: (random) => {
      const changed = random.pick(names);
      const text = mutate(random, files[changed]);
      return async () => {
        for (const name of names) await writeFile(join(folder, name), name === changed ? text : files[name]);
        const read = await readRepository(folder);
        makeReport('fuzzed', read, { readers: ['keel', 'keelson'], registryImage: 'registry.gitlab.com/ops/myapp' });
      };
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** A repository's manifests and pipeline, which lint reads in everybody's CI. */
export const ofRepository: Target = { name: 'manifests and pipelines', weight: 2, open };
