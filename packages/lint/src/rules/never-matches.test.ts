import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { imageName, lineOf, workload } from '../../test/support/manifests.ts';

const codes = [
  'policy-never-matches',
  'policy-leaves-tag',
  'policy-misses-own-tag',
  'policy-unreadable',
  'match-tag-idle',
];
const tagged = (tag: string) => imageName.replace('latest', tag);

it.each([
  ['minor', 'dev-staging', ['error policy-never-matches']],
  ['semver:>=1.0', 'main', ['error policy-never-matches']],
  ['major', 'latest', ['warning policy-leaves-tag']],
  ['major', '1.2.3', []],
  ['patch', 'v1.2', []],
  ['all', '1', ['error policy-never-matches']],
  ['glob:release-*', 'release-7', []],
  ['glob:release-*', 'dev-7', ['warning policy-misses-own-tag']],
  // A backtracking engine takes years for this.
  [`glob:${'*a'.repeat(40)}*b`, `${'a'.repeat(100)}c`, ['warning policy-misses-own-tag']],
  ['glob:a:b', 'a', ['error policy-unreadable']],
  ['glob:v1.*', 'v1x2', ['warning policy-misses-own-tag']],
  ['regexp:^v[0-9]+$', 'v12', []],
  ['regexp:^v[0-9]+$', 'latest', ['warning policy-misses-own-tag']],
  ['regexp:^(?P<compare>[0-9]+)$', '12', []],
  ['regexp:(', 'latest', ['error policy-unreadable']],
  ['regexp:^(?!x)', 'latest', ['error policy-unreadable']],
  ['force', 'dev-staging', []],
])('lint compares policy %s with tag %s', async (policy, tag, expected) => {
  const manifest = workload({ annotations: [`keel.sh/policy: '${policy}'`], image: tagged(tag) });
  const at = `a.yaml:${lineOf(manifest, 'keel.sh/policy')}`;

  expect(await found(codes, { 'a.yaml': manifest })).toEqual(expected.map((one) => `${one} ${at}`));
});

it('lint reports match-tag without policy force', async () => {
  const annotations = ['keel.sh/policy: minor', 'keel.sh/match-tag: "true"'];

  expect(await found(codes, { 'a.yaml': workload({ annotations, image: tagged('1.2.3') }) })).toEqual([
    'warning match-tag-idle a.yaml:7',
  ]);
});
