import { describe, expect, it } from 'vitest';
import { createWrites } from '../../../src/index.ts';
import { kustomizationPath } from '../../../src/write/flux/kustomization.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels } from './flux.ts';
import { a, subject, toA } from './subject.ts';

/** A Kustomization that was deleted, without its objects, and made again: Keelson's entry went with it. */
export function fluxMadeAgain(harness: () => Harness): void {
  const { settled, write, givenIn } = subject(harness);
  const kustomization = flux(harness);

  describe('a Kustomization that was made again', () => {
    it('lets no rollback be confirmed without its entry, which is written again once Flux lists the workload (laws 9 and 16)', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
      const path = await createWrites(harness().http).pathFor(workload, 'back');
      await write(path, workload, [toA]);
      await harness().remove(kustomizationPath({ namespace, name: 'apps' }));
      await kustomization.parentApplies(namespace, {});
      const writes = createWrites(harness().http);

      const confirming = await writes.pathFor(await settled(workload), 'back', { written: 'flux-kustomization' });
      const confirmation = await confirming.confirm?.(await settled(workload));
      const unlisted = await writes.pathFor(await settled(workload), 'back', { fresh: true });
      await kustomization.lists(namespace, ['web']);
      const again = await writes.pathFor(await settled(workload), 'back', { fresh: true });
      await write(again, workload, [{ ...toA, expected: `${firstImage}@${a}` }]);

      expect(confirming.name).toBe('flux-kustomization');
      expect(confirmation).toMatchObject({ outcome: 'again', message: expect.stringContaining('without the entry') });
      await expect(unlisted.write(workload, [toA])).rejects.toMatchObject({ code: 'forbidden' });
      expect((await kustomization.read(namespace)).images).toHaveLength(1);
    });
  });
}
