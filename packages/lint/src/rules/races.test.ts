import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import type { WorkloadOptions } from '../../test/support/manifests.ts';
import { force, imageName, workload } from '../../test/support/manifests.ts';
import type { Reader } from '../index.ts';

const loose = ['keel.sh/policy: force', 'keel.sh/trigger: poll'];
const staging = imageName.replace('latest', 'dev-staging');

async function races(one: WorkloadOptions, other: WorkloadOptions, readers: readonly Reader[] = []) {
  const tree = { 'a.yaml': workload(one), 'b.yaml': workload({ name: 'shop-staging', image: staging, ...other }) };
  const lines = await found(['races-for-tags', 'shared-tag', 'same-object-twice', 'selectors-overlap'], tree, {
    readers,
  });
  return lines.map((line) => line.replace(/:\d+$/, ''));
}

it.each([
  [
    'both without match-tag',
    { annotations: loose },
    { annotations: loose },
    ['warning races-for-tags a.yaml', 'warning races-for-tags b.yaml'],
  ],
  ['one without match-tag', { annotations: loose }, {}, ['warning races-for-tags a.yaml']],
  ['both with match-tag', {}, {}, []],
  ["under Keelson's own policy, which never leaves the tag", { annotations: ['keelson.sh/policy: force'] }, {}, []],
  ['of two repositories', { annotations: loose, image: 'registry.example.com/x/y:latest' }, {}, []],
  [
    'on the same tag, both without match-tag',
    { annotations: loose },
    { annotations: loose, image: imageName },
    ['info shared-tag b.yaml'],
  ],
  ['on the same tag', {}, { image: imageName }, ['info shared-tag b.yaml']],
  ['on the same tag, of two kinds', {}, { image: imageName, kind: 'StatefulSet' }, []],
  ['of the same name, applied together', {}, { name: 'shop' }, ['info same-object-twice b.yaml']],
  ['with overlapping selectors', {}, { app: 'shop' }, ['error selectors-overlap b.yaml']],
  ['with overlapping selectors in two namespaces', {}, { app: 'shop', namespace: 'other' }, []],
])('lint compares two workloads: %s', async (_, one, other, expected) => {
  expect(await races(one, other)).toEqual(expected);
});

it.each([
  [['keel'], ['error races-for-tags a.yaml', 'error races-for-tags b.yaml']],
  [['keelson'], []],
] as const)('weighs a race that Keel only loses for those who run %o', async (readers, expected) => {
  expect(await races({ annotations: loose }, { annotations: loose }, readers)).toEqual(expected);
});

const kustomization = (...resources: readonly string[]) => `resources: [${resources.join(', ')}]\n`;

it.each([
  [
    'two clusters, each with a kustomization',
    {
      'a/x.yaml': workload(),
      'b/x.yaml': workload(),
      'a/kustomization.yaml': kustomization('x.yaml'),
      'b/kustomization.yaml': kustomization('x.yaml'),
    },
    [],
  ],
  ['two clusters that name the same object', { 'a/x.yaml': workload(), 'b/x.yaml': workload() }, []],
  [
    'a folder that two kustomizations list',
    {
      'base/x.yaml': workload(),
      'base/kustomization.yaml': kustomization('x.yaml'),
      'a/kustomization.yaml': kustomization('../base'),
      'b/kustomization.yaml': kustomization('../base'),
    },
    [],
  ],
  [
    'a patch, which is a part of an object',
    {
      'x.yaml': workload(),
      'p.yaml': workload({ annotations: [] }),
      'kustomization.yaml': 'resources: [x.yaml]\npatches: [{path: p.yaml}]\n',
    },
    [],
  ],
  [
    'a file that a kustomization lists twice',
    { 'a/x.yaml': workload(), 'b/x.yaml': workload(), 'kustomization.yaml': kustomization('a/x.yaml', 'b/x.yaml') },
    ['error same-object-twice b/x.yaml:4'],
  ],
  ['one file', { 'x.yaml': `${workload()}---\n${workload({ app: 'other' })}` }, ['error same-object-twice x.yaml:27']],
  [
    'two namespaces by kustomization',
    {
      'a/x.yaml': workload(),
      'b/x.yaml': workload(),
      'a/kustomization.yaml': `${kustomization('x.yaml')}namespace: a\n`,
      'b/kustomization.yaml': `${kustomization('x.yaml')}namespace: b\n`,
      'kustomization.yaml': kustomization('a', 'b'),
    },
    [],
  ],
  [
    'a folder that Flux applies as a whole',
    {
      'k/a/x.yaml': workload(),
      'k/b/x.yaml': workload(),
      'flux.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k}\nspec: {path: ./k}\n',
    },
    ['error same-object-twice k/b/x.yaml:4'],
  ],
  [
    'one folder that nothing applies',
    { 'a.yaml': workload(), 'b.yaml': workload() },
    ['info same-object-twice b.yaml:4'],
  ],
])('lint recognises what is applied together: %s', async (_, tree, expected) => {
  expect(await found(['same-object-twice'], tree)).toEqual(expected);
});

it('lint compares followed workloads only', async () => {
  expect(await races({ annotations: [] }, { annotations: [...force.slice(1)], image: imageName })).toEqual([]);
});
