import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { lineOf, workload } from '../../test/support/manifests.ts';

const repo = 'registry.example.com/team/ops/shop';

it.each([
  ['a tag that moves, by default', { image: `${repo}:dev-staging`, container: [] }, 'error', 'image:'],
  [
    'a tag that moves, written out',
    { image: `${repo}:main`, container: ['imagePullPolicy: IfNotPresent'] },
    'error',
    'imagePullPolicy',
  ],
  [
    'latest with policy Never',
    { image: `${repo}:latest`, container: ['imagePullPolicy: Never'] },
    'error',
    'imagePullPolicy',
  ],
  [
    'a tag that moves on a workload that is not followed',
    { image: `${repo}:stable`, container: [], annotations: [] },
    'warning',
    'image:',
  ],
])('lint points at the pull policy of %s', async (_, options, severity, text) => {
  const manifest = workload(options);

  expect(await found(['reuses-old-image'], { 'a.yaml': manifest })).toEqual([
    `${severity} reuses-old-image a.yaml:${lineOf(manifest, text)}`,
  ]);
});

it.each([
  ['latest', { image: `${repo}:latest`, container: [] }],
  ['an image without a tag', { image: repo, container: [] }],
  ['Always', { image: `${repo}:dev-staging` }],
  ['a digest', { image: `${repo}:dev@sha256:${'a'.repeat(64)}`, container: [] }],
  ['a version', { image: `${repo}:1.2.3`, container: [] }],
  ['a version with words', { image: 'redis:7.4-alpine', container: [], annotations: [] }],
  ['a commit', { image: `${repo}:4f2a9c1`, container: [] }],
])('lint has no finding about the pull policy of %s', async (_, options) => {
  expect(await found(['reuses-old-image'], { 'a.yaml': workload(options) })).toEqual([]);
});

it.each([
  ['gives it another tag', `[{name: ${repo}, newTag: 1.2.3}]`, 0],
  ['gives another image another tag', '[{name: redis, newTag: "7"}]', 1],
])('lint treats a tag as a placeholder only where a kustomization %s', async (_, images, count) => {
  const tree = {
    'base/a.yaml': workload({ image: `${repo}:placeholder`, container: [] }),
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'over/kustomization.yaml': `resources: [../base]\nimages: ${images}\n`,
  };

  expect(await found(['reuses-old-image'], tree)).toHaveLength(count);
});

it('lint treats a tag as a placeholder where a Kustomization of Flux sets another', async () => {
  const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {path: ./base, images: [{name: ${repo}, newTag: 1.2.3}]}
`;
  const tree = { 'base/a.yaml': workload({ image: `${repo}:placeholder`, container: [] }) };

  expect(await found(['reuses-old-image'], tree)).toHaveLength(1);
  expect(await found(['reuses-old-image'], { ...tree, 'flux.yaml': flux })).toEqual([]);
});
