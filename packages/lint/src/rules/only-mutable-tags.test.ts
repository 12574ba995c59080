import { expect, it } from 'vitest';
import { found, lint } from '../../test/support/found.ts';

const gitlab = (...pushes: readonly string[]) => ({
  '.gitlab-ci.yml': `build:\n  script:\n${pushes.map((image) => `    - docker push "${image}"`).join('\n')}\n`,
});
const github = (steps: string) => ({
  '.github/workflows/ci.yml': `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env: {IMAGE: ghcr.io/me/web}\n    steps:\n${steps}\n`,
});
const run = (...commands: readonly string[]) =>
  `      - run: |\n${commands.map((one) => `          ${one}`).join('\n')}`;
const action = (tags: string) =>
  `      - uses: docker/build-push-action@v6\n        with: {push: true, tags: "${tags}"}`;

const image = '$CI_REGISTRY_IMAGE/web';
const [ofGitlab, ofGithub] = ['.gitlab-ci.yml', '.github/workflows/ci.yml'].map((file) => [
  `info only-mutable-tags ${file}`,
]);

it.each([
  ['latest alone', gitlab(`${image}:latest`), ofGitlab],
  ['a tag of the branch alone', gitlab(`${image}:dev-$CI_COMMIT_REF_SLUG`), ofGitlab],
  ['a tag of the commit beside it', gitlab(`${image}:latest`, `${image}:$CI_COMMIT_REF_SLUG-$CI_COMMIT_SHORT_SHA`), []],
  ['a version', gitlab(`${image}:1.2.3`), []],
  ['latest alone, on GitHub', github(run('docker push "$IMAGE:latest"')), ofGithub],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as GitHub writes it
  ['a tag of the branch alone, on GitHub', github(run('docker push "$IMAGE:${{ github.ref_name }}"')), ofGithub],
  [
    'a tag of the commit beside it, on GitHub',
    github(run('docker push "$IMAGE:latest"', 'docker push "$IMAGE:main-$GITHUB_SHA"')),
    [],
  ],
  ['latest alone, by an action', github(action('ghcr.io/me/web:latest')), ofGithub],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as GitHub writes it
  ['two tags, by an action', github(action('ghcr.io/me/web:latest,ghcr.io/me/web:${{ github.sha }}')), []],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as GitHub writes it
  ['tags that another step makes', github(action('${{ steps.meta.outputs.tags }}')), []],
])('lint finds CI that pushes %s', async (_, tree, expected) => {
  expect(await found(['only-mutable-tags'], tree)).toEqual(expected);
});

it('the finding names the tags that move, and a tag to push beside them', async () => {
  const [one] = await lint(gitlab(`${image}:latest`));
  expect(one?.message).toContain('pushes $CI_REGISTRY_IMAGE/web only to tags that move (latest)');
  expect(one?.remedy).toContain('$CI_COMMIT_SHORT_SHA');
});
