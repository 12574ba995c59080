import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withPolicy } from '../../src/write-path-cases.ts';

const { nobody, kustomization, helm, argo } = withPolicy;
/**
 * On the simulated cluster all of them; on the real one those that are marked, one for each owner and one for nobody. What pods say there of the other bad pushes
 * is in signals.test.ts, and from the verdict on nothing distinguishes them.
 */
const rows = [
  { path: nobody, bad: 'a crash', real: true },
  { path: kustomization, bad: 'a crash', real: false },
  { path: kustomization, bad: 'one that no node can pull', real: false },
  { path: kustomization, bad: 'a crash of its init container', real: true },
  { path: helm, bad: 'one whose configuration is missing', real: true },
  { path: argo, bad: 'one whose program is missing', real: true },
] as const satisfies readonly { path: unknown; bad: BadKind; real: boolean }[];

onClusters(
  'with the admission policy',
  (it, cluster) => {
    it.for(rows.filter(({ real }) => real || cluster === 'simulated'))(
      '$bad is rolled back by $path.title, and the next push forward (laws 7, 8 and 9)',
      async ({ path, bad }, { ns }) => {
        await expectStory(ns, path, badImages[bad]);
      },
    );
  },
  { flux: true, policy: 'installed' },
);
