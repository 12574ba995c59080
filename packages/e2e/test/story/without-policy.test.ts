import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { nobody, images, patches, helm } = withoutPolicy;
const rows = [
  { path: nobody, bad: 'a crash of its init container' },
  { path: nobody, bad: 'one whose program is missing' },
  { path: images, bad: 'a crash' },
  { path: images, bad: 'one that no node can pull' },
  { path: patches, bad: 'one that is killed for its memory' },
  { path: patches, bad: 'a crash after it was ready' },
  { path: helm, bad: 'one that is never ready' },
] as const satisfies readonly { path: unknown; bad: BadKind }[];

onClusters(
  'without the admission policy',
  (it) => {
    it.concurrent.for(rows)(
      '$bad is rolled back by $path.title, and the next push forward (laws 7, 8 and 9)',
      async ({ path, bad }, { ns }) => {
        await expectStory(ns, path, badImages[bad]);
      },
    );
  },
  { flux: true },
);

onClusters(
  'on a Kubernetes that has no such policies',
  (it) => {
    it('a crash is rolled back by spec.images of its Kustomization where Kubernetes has no such policies (laws 8 and 9)', async ({
      ns,
    }) => {
      await expectStory(ns, images, badImages['a crash']);
    });
  },
  { clusters: ['plain'], flux: true },
);
