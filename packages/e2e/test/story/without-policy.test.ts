import { it } from 'vitest';
import type { BadKind } from '../../src/bad-images.ts';
import { badImages } from '../../src/bad-images.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { expectStory } from '../../src/story.ts';
import { withoutPolicy } from '../../src/ways.ts';

const { nobody, images, patches, helm } = withoutPolicy;
const rows = [
  { way: nobody, bad: 'a crash of its init container' },
  { way: nobody, bad: 'one whose program is missing' },
  { way: images, bad: 'a crash' },
  { way: images, bad: 'one that no node can pull' },
  { way: patches, bad: 'one that is killed for its memory' },
  { way: patches, bad: 'a crash after it was ready' },
  { way: helm, bad: 'one that is never ready' },
] as const satisfies readonly { way: unknown; bad: BadKind }[];

onClusters('without the admission policy', (ground) => {
  it.concurrent.for(rows)('rolls back $bad by $way.title, and forward again (law 9)', async ({ way, bad }) => {
    await expectStory(ground, way, badImages[bad]);
  });
});

onClusters(
  'on a Kubernetes that has no such policies',
  (ground) => {
    it('rolls back a crash by spec.images of its Kustomization, and forward again', async () => {
      await expectStory(ground, images, badImages['a crash']);
    });
  },
  { clusters: ['plain'] },
);
