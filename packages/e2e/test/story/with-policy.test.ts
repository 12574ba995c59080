import { it } from 'vitest';
import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withPolicy } from '../../src/ways.ts';

const { kustomization, helm, argo } = withPolicy;
const rows = [
  { way: kustomization, bad: 'a crash' },
  { way: kustomization, bad: 'one that no node can pull' },
  { way: kustomization, bad: 'a crash of its init container' },
  { way: helm, bad: 'one whose configuration is missing' },
  { way: argo, bad: 'one whose program is missing' },
] as const satisfies readonly { way: unknown; bad: BadKind }[];

onClusters(
  'with the admission policy',
  (ground) => {
    it.concurrent.for(rows)('rolls back $bad by $way.title, and forward again (law 9)', async ({ way, bad }) => {
      await expectStory(ground, way, badImages[bad]);
    });
  },
  { policy: true },
);
