import type { DigestRecord } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { expect, it } from 'vitest';
import { container, digestOf, workload } from '../testing/values.ts';
import { isOutdated } from './is-outdated.ts';

const pinned = (path: string): Readonly<Record<string, DigestRecord>> => ({
  app: {
    image: 'ghcr.io/me/web',
    tag: 'latest',
    rolledOut: digestOf('a'),
    written: { uid: 'u1', path },
  },
});

const live = `ghcr.io/me/web:latest@${digestOf('a')}`;

it.each<[string, Partial<Workload>, string, boolean]>([
  ['git names the pinned image', { containers: [container('app', live)] }, 'flux-kustomization', false],
  ['git moved to another tag', { containers: [container('app', 'ghcr.io/me/web:v2')] }, 'flux-kustomization', true],
  [
    'git moved to another image',
    { containers: [container('app', 'ghcr.io/me/new:latest')] },
    'flux-kustomization',
    true,
  ],
  [
    'git moved behind a pinned image',
    {
      containers: [container('app', live)],
      annotations: { 'keelson.sh/git-image.app': 'ghcr.io/me/web:v2' },
    },
    'flux-kustomization',
    true,
  ],
  [
    'another write path was taken',
    { containers: [container('app', 'ghcr.io/me/web:v2')] },
    'template-annotation',
    false,
  ],
  ['the image in git is invalid', { containers: [container('app', '???')] }, 'flux-kustomization', false],
])('isOutdated decides whether a pin is outdated where %s', (_, over, path, outdated) => {
  expect(isOutdated(workload(over), { digests: pinned(path) })).toBe(outdated);
});
