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
    'even latest, told never to pull',
    { image: `${repo}:latest`, container: ['imagePullPolicy: Never'] },
    'error',
    'imagePullPolicy',
  ],
  [
    'a tag that moves and nobody follows',
    { image: `${repo}:stable`, container: [], annotations: [] },
    'warning',
    'image:',
  ],
])('points at %s', async (_, options, severity, text) => {
  const manifest = workload(options);

  expect(await found(['reuses-old-image'], { 'a.yaml': manifest })).toEqual([
    `${severity} reuses-old-image a.yaml:${lineOf(manifest, text)}`,
  ]);
});

it.each([
  ['latest, for which Always is the default', { image: `${repo}:latest`, container: [] }],
  ['no tag, which is latest', { image: repo, container: [] }],
  ['Always', { image: `${repo}:dev-staging` }],
  ['a digest', { image: `${repo}:dev@sha256:${'a'.repeat(64)}`, container: [] }],
  ['a version', { image: `${repo}:1.2.3`, container: [] }],
  ['a version with words', { image: 'redis:7.4-alpine', container: [], annotations: [] }],
  ['a commit', { image: `${repo}:4f2a9c1`, container: [] }],
])('lets %s be', async (_, options) => {
  expect(await found(['reuses-old-image'], { 'a.yaml': workload(options) })).toEqual([]);
});
