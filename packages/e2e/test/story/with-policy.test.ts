import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withPolicy } from '../../src/write-path-cases.ts';

const { kustomization, helm, argo } = withPolicy;
const rows = [
  { path: kustomization, bad: 'a crash' },
  { path: kustomization, bad: 'one that no node can pull' },
  { path: kustomization, bad: 'a crash of its init container' },
  { path: helm, bad: 'one whose configuration is missing' },
  { path: argo, bad: 'one whose program is missing' },
] as const satisfies readonly { path: unknown; bad: BadKind }[];

onClusters(
  'with the admission policy',
  (it) => {
    it.concurrent.for(rows)(
      '$bad is rolled back by $path.title, and the next push forward (laws 7, 8 and 9)',
      async ({ path, bad }, { ns }) => {
        await expectStory(ns, path, badImages[bad]);
      },
    );
  },
  { flux: true, policy: true },
);
