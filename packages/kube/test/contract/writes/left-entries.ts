import { describe, expect, it } from 'vitest';
import type { FluxOwner } from '../../../src/index.ts';
import { ConflictError, createWrites } from '../../../src/index.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { subject, toA } from './subject.ts';

/** What is left in an owner from which git moved a workload away. */
export function leftEntries(harness: () => Harness): void {
  const { write, givenIn } = subject(harness);
  const kustomization = flux(harness);
  const release = helm(harness);
  const asOwner = (type: FluxOwner['type'], namespace: string): FluxOwner => ({
    type,
    namespace,
    name: type === 'flux-kustomization' ? 'apps' : 'shop',
  });

  async function entriesIn(type: FluxOwner['type'], namespace: string): Promise<readonly unknown[]> {
    if (type === 'flux-helmrelease') return (await release.read(namespace)).postRenderers ?? [];
    const { images, patches } = await kustomization.read(namespace);
    return [...images, ...patches];
  }

  async function says(type: FluxOwner['type'], namespace: string, lists: boolean, settled: boolean): Promise<void> {
    const ready = settled
      ? { status: 'True', reason: 'ReconciliationSucceeded' }
      : { status: 'Unknown', reason: 'Progressing' };
    const entries = lists ? [{ id: `${namespace}_web_apps_Deployment`, v: 'v1' }] : [];
    if (type === 'flux-helmrelease') return release.says(namespace, { inventory: { entries }, ready });
    await kustomization.lists(namespace, lists ? ['web'] : []);
    await kustomization.says(namespace, ready);
  }

  describe('an entry for a workload that git moved to another owner', () => {
    it.each(['flux-kustomization', 'flux-helmrelease'] as const)(
      'is removed from a %s once that neither lists the workload nor may be about to',
      async (type) => {
        const namespace = await harness().namespace();
        const labels = (type === 'flux-kustomization' ? fluxLabels : helmLabels)(namespace);
        await (type === 'flux-kustomization' ? kustomization : release).make(namespace);
        const workload = await givenIn(namespace, 'Deployment', { labels });
        const writes = createWrites(harness().http);
        await write(await writes.pathFor(workload, 'back'), workload, [{ ...toA, expected: firstImage }]);
        const remove = () => writes.removeEntries(workload, asOwner(type, namespace), { left: true });

        await says(type, namespace, true, true);
        await expect(remove()).rejects.toThrow(ConflictError);
        await says(type, namespace, false, false);
        await expect(remove()).rejects.toThrow(ConflictError);
        expect(await entriesIn(type, namespace)).toHaveLength(1);
        await says(type, namespace, false, true);
        await remove();

        expect(await entriesIn(type, namespace)).toEqual([]);
        await expect(remove()).resolves.toBeUndefined();
      },
    );

    it('stays in a Kustomization where it pins the workload through the HelmRelease that has it now', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: [{ kustomize: { images: [{ name: 'x', newTag: '1' }] } }] });
      await release.isListed(namespace);
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
      const writes = createWrites(harness().http);
      await write(await writes.pathFor(workload, 'back'), workload, [{ ...toA, expected: firstImage }]);

      await writes.removeEntries(workload, asOwner('flux-kustomization', namespace), { left: true });

      expect(await entriesIn('flux-kustomization', namespace)).toHaveLength(1);
    });
  });
}
