import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/fields.ts';
import { createWrites } from '../../../src/index.ts';
import type { Harness } from '../harness.ts';
import { flux } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { a, subject, toA } from './subject.ts';

const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
const added = { kustomize: { images: [{ name: 'apps.test/team/web:latest', newTag: 'latest', digest: a }] } };
const missing =
  'kustomize build failed: add operation does not apply: doc is missing path: "/spec/postRenderers/-": missing value';

/** Keelson's patch in a Kustomization adds to a list of a HelmRelease, which git drops. */
export function droppedLists(harness: () => Harness): void {
  const { settled, write, givenIn } = subject(harness);
  const release = helm(harness);
  const kustomization = flux(harness);

  async function given() {
    const namespace = await harness().namespace();
    await kustomization.make(namespace);
    await release.isApplied(namespace, { postRenderers: git });
    await release.isListed(namespace);
    await kustomization.says(namespace, { status: 'True', reason: 'ReconciliationSucceeded' });
    const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
    const writes = createWrites(harness().http);
    const path = await writes.pathFor(workload, 'back');
    await write(path, workload, [toA]);
    await release.isApplied(namespace, { postRenderers: [...git, added] });
    const buildFails = (message: string) =>
      kustomization.says(namespace, { status: 'False', reason: 'BuildFailed', message });
    const ownerOf = async () => (await writes.withOwner(await settled(workload), { fresh: true })).owner;
    const operations = async () =>
      (await kustomization.read(namespace)).patches.map((patch) => {
        const [, operation = ''] = String(fields(patch).patch).split('\n');
        return JSON.parse(operation.slice(2)) as unknown;
      });
    return { namespace, workload, writes, path, buildFails, ownerOf, operations };
  }

  describe('an entry that adds to a list which git dropped', () => {
    it('gets the list as it was last applied when the rollback is confirmed, and leaves with it', async () => {
      const { namespace, workload, writes, path, buildFails, ownerOf, operations } = await given();
      await buildFails(missing);
      expect(await ownerOf()).toMatchObject({ breaks: true });

      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'pending' });

      const list = '/spec/postRenderers';
      const both = [
        { op: 'add', path: list, value: git },
        { op: 'add', path: `${list}/-`, value: added },
      ];
      expect(await operations()).toEqual(both);
      const owner = await ownerOf();
      expect(owner).toMatchObject({ hidesList: true });
      expect(owner).not.toHaveProperty('breaks');
      await path.confirm?.(workload);
      expect(await operations()).toEqual(both);
      await writes.removeAll(await settled(workload));
      expect((await kustomization.read(namespace)).patches).toEqual([]);
    });

    it('is not changed where something else in git cannot be built', async () => {
      const { buildFails, ownerOf, operations } = await given();

      await buildFails('kustomize build failed: no such file');

      expect(await ownerOf()).not.toHaveProperty('breaks');
      expect(await operations()).toHaveLength(1);
    });
  });
}
