import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { nobody, images, patches, release, releaseInGit, argo } = withoutPolicy;
/**
 * On the simulated cluster all of them; on the real one those that are marked, one for each write path. What pods say there of the other bad
 * pushes is in signals.test.ts, and from the verdict on nothing distinguishes them.
 */
const rows = [
  { path: nobody, bad: 'a crash of its init container', real: true },
  { path: nobody, bad: 'one whose program is missing', real: false },
  { path: images, bad: 'a crash', real: true },
  { path: images, bad: 'one that no node can pull', real: false },
  { path: patches, bad: 'one that is killed for its memory', real: false },
  { path: patches, bad: 'a crash after it was ready', real: true },
  { path: release, bad: 'a crash', real: true },
  { path: releaseInGit, bad: 'a crash', real: false },
  { path: argo, bad: 'one that is never ready', real: true },
] as const satisfies readonly { path: unknown; bad: BadKind; real: boolean }[];

onClusters(
  'without the admission policy',
  (it, cluster) => {
    it.for(rows.filter(({ real }) => real || cluster === 'simulated'))(
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
