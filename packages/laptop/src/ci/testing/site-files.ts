const pipeline = `stages: [test, build]

include:
  - local: /apps/*/build.yml
`;

// With image and services, as GitLab needs them and a shell executor does not; what the test makes is what the build packs.
const jobs = `site:test:
  stage: test
  image: node:24-alpine
  before_script:
    - cd apps/site
  script:
    - node check.js
    - echo "$CI_COMMIT_SHA" > made.txt
  artifacts:
    paths: [apps/site/made.txt]
  rules:
    - changes: [apps/site/**/*]

.docker:
  stage: build
  image: docker:latest
  services: [docker:dind]
  before_script:
    - printf %s "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
  script:
    - KEPT="$CI_REGISTRY_IMAGE/site:$CI_COMMIT_REF_SLUG-$CI_COMMIT_SHORT_SHA-$CI_PIPELINE_ID"
    - docker build --pull --build-arg COMMIT="$CI_COMMIT_SHA" -t "$KEPT" -t "$CI_REGISTRY_IMAGE/site:$TAG" apps/site
    - docker push "$KEPT"
    - docker push "$CI_REGISTRY_IMAGE/site:$TAG"

site:docker-main:
  extends: .docker
  variables: { TAG: latest }
  rules:
    - if: $CI_COMMIT_BRANCH == 'main'
      changes: [apps/site/**/*]

site:docker-dev:
  extends: .docker
  variables: { TAG: dev-$CI_COMMIT_REF_SLUG }
  rules:
    - if: $CI_COMMIT_BRANCH != 'main'
      changes: [apps/site/**/*]
`;

const dockerfile = `FROM node:24-alpine
ARG COMMIT
LABEL org.opencontainers.image.revision=$COMMIT
WORKDIR /app
COPY main.js made.txt ./
CMD ["node", "main.js"]
`;

/** A repository with one small app: tested, then built as `:latest` on main and `:dev-…` elsewhere, when it changed. */
export const siteFiles: ReadonlyMap<string, string> = new Map([
  ['.gitlab-ci.yml', pipeline],
  ['README.md', 'A site.\n'],
  ['apps/site/build.yml', jobs],
  ['apps/site/Dockerfile', dockerfile],
  ['apps/site/main.js', 'console.log(1);\n'],
  ['apps/site/check.js', "console.log('all is well');\n"],
]);
