import { expect, it } from 'vitest';
import { branchesOf, slugOf } from './branches.ts';
import { any, projectPlaceholder, slugPlaceholder } from './pipeline.ts';
import { expand, predefined } from './variables.ts';

const known = new Map([
  ['APP', 'shop'],
  ['IMAGE', 'keelson-$APP'],
  ['NAME', 'shop:build:main'],
  ['LOOP', '$LOOP'],
  ['EMPTY', ''],
]);

it.each([
  [`$APP/\${APP}`, 'shop/shop'],
  ['$IMAGE', 'keelson-shop'],
  ['$WHO', any],
  ['$$APP', '$APP'],
  [`\${EMPTY:-x}\${WHO:-y}\${WHO-$APP}`, 'xyshop'],
  [`\${NAME%%:*}`, 'shop'],
  [`\${NAME%:*}`, 'shop:build'],
  [`\${NAME##*:}`, 'main'],
  [`\${NAME#*:}`, 'build:main'],
  [`\${NAME%:main}`, 'shop:build'],
  [`\${NAME#shop}`, ':build:main'],
  [`\${NAME:0:4}`, any],
  [`\${WHO%%:*}`, any],
  ['x-$(date +%s)-`id`', `x-${any}-${any}`],
  ['$LOOP', any],
])('expand replaces the variables of %j', (text, expected) => {
  expect(expand(text, known)).toBe(expected);
});

it('predefined has the variables that GitLab sets', () => {
  const onAny = predefined('job', { not: ['main'] });
  const onMain = predefined('job', { only: 'release/1.x', not: [] });

  expect(expand('$CI_REGISTRY_IMAGE:dev-$CI_COMMIT_REF_SLUG', onAny)).toBe(
    `${projectPlaceholder}:dev-${slugPlaceholder}`,
  );
  expect(expand('$CI_COMMIT_BRANCH $CI_COMMIT_REF_SLUG', onMain)).toBe('release/1.x release-1-x');
});

it.each([
  ['main', 'main'],
  ['feature/Some_Thing', 'feature-some-thing'],
  ['-ä-', ''],
  [`${'x'.repeat(62)}/y`, 'x'.repeat(62)],
])('slugOf makes the slug of branch %s', (branch, slug) => {
  expect(slugOf(branch)).toBe(slug);
});

it.each([
  [undefined, [{ not: [] }]],
  [[{ if: "$CI_COMMIT_BRANCH == 'main'" }], [{ only: 'main', not: [] }]],
  [[{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }], [{ only: 'main', not: [] }]],
  [[{ if: '$CI_COMMIT_BRANCH != "main"' }], [{ not: ['main'] }]],
  [[{ if: "$X && $CI_COMMIT_BRANCH != 'main'" }], [{ not: ['main'] }]],
  [[{ if: "$X || $CI_COMMIT_BRANCH == 'main'" }], [{ not: [] }]],
  [[{ if: "$CI_COMMIT_BRANCH == 'main'", when: 'never' }, {}], [{ not: ['main'] }]],
  [[{ if: "$X && $CI_COMMIT_BRANCH == 'main'", when: 'never' }, {}], [{ not: [] }]],
  [[{ if: "$CI_COMMIT_BRANCH == 'main'", when: 'never' }], []],
])('branchesOf reads the branches of rules %j', (rules, expected) => {
  expect(branchesOf(rules).map(({ branches }) => branches)).toEqual(expected);
});
