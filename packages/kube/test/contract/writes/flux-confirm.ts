import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels, heldBy } from './flux.ts';
import { a, subject, toA } from './subject.ts';

const entries = [{ name: firstImage, newTag: 'latest', digest: a }];
const checks = 'Running health checks for revision main@sha1:1 with a timeout of 1m0s';

/** What became of an entry, some seconds later: flux-live 3g, 9. */
export function fluxConfirms(harness: () => Harness): void {
  const { settled, write, givenIn } = subject(harness);
  const kustomization = flux(harness);

  const done = { status: 'True', reason: 'ReconciliationSucceeded' };

  async function gitApplies(workload: Workload): Promise<void> {
    const spec = { containers: [{ name: 'app', image: firstImage }] };
    await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'kustomize-controller');
  }

  async function given(spec: Readonly<Record<string, unknown>> = {}) {
    const namespace = await harness().namespace();
    await kustomization.make(namespace, spec);
    const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
    const path = await createWrites(harness().http).pathFor(workload, 'back');
    await write(path, workload, [toA]);
    return { namespace, workload, path };
  }

  describe('an entry that was written', () => {
    it.each([
      ['ok', 'all went well', { status: 'True', reason: 'ReconciliationSucceeded' }],
      ['ok', 'the workloads are not healthy yet', { status: 'False', reason: 'HealthCheckFailed' }],
      ['ok', 'it waits for them', { type: 'Reconciling', status: 'True', reason: 'Progressing', message: checks }],
      ['pending', 'it has just begun', { status: 'Unknown', reason: 'Progressing' }],
      ['pending', 'there is no source', { status: 'False', reason: 'ArtifactFailed' }],
      [
        'pending',
        'another object is refused',
        { status: 'False', reason: 'ReconciliationFailed', message: 'Service/a/b' },
      ],
    ])('confirms an entry as %s when Flux says that %s', async (outcome, _what, condition) => {
      const { namespace, workload, path } = await given();
      await kustomization.says(namespace, condition);

      expect(await path.confirm?.(workload)).toEqual({ outcome });

      expect((await kustomization.read(namespace)).images).toEqual(entries);
    });

    it('confirms an entry as pending while Flux reports an older generation', async () => {
      const { namespace, workload, path } = await given();
      const { generation } = await kustomization.read(namespace);
      await kustomization.says(namespace, {
        status: 'False',
        reason: 'BuildFailed',
        observedGeneration: generation - 1,
      });

      expect(await path.confirm?.(workload)).toEqual({ outcome: 'pending' });
    });

    it.each([
      ['cannot build', () => ({ status: 'False', reason: 'BuildFailed', message: 'kustomize build failed: oh' })],
      [
        'cannot apply the workload',
        (namespace: string) => ({
          status: 'False',
          reason: 'ReconciliationFailed',
          message: `Deployment/${namespace}/web dry-run failed (Invalid): oh`,
        }),
      ],
    ])('removes an entry again when Flux %s, and says why', async (_what, condition) => {
      const { namespace, workload, path } = await given();
      await kustomization.says(namespace, condition(namespace));

      const said = await path.confirm?.(workload);

      expect(said).toMatchObject({ outcome: 'reverted', message: expect.stringContaining('oh') });
      const { images, annotations } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
    });

    it('replaces an entry without effect, since git spells the image otherwise, by a patch', async () => {
      const { namespace, workload, path } = await given();
      await kustomization.says(namespace, done);
      await gitApplies(workload);

      const first = await path.confirm?.(workload);
      const { images, patches } = await kustomization.read(namespace);
      await kustomization.says(namespace, done);
      const second = await path.confirm?.(await settled(workload));

      expect([first, second]).toEqual([{ outcome: 'pending' }, { outcome: 'ok' }]);
      expect(images).toEqual([]);
      expect(heldBy({ patches })).toHaveLength(1);
      expect((await settled(workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('removes an entry that has no effect as a patch either', async () => {
      const { namespace, workload, path } = await given({ images: [{ name: 'apps.test/other', newTag: '1' }] });
      await kustomization.says(namespace, done);
      await gitApplies(workload);

      const said = await path.confirm?.(workload);

      expect(said).toMatchObject({ outcome: 'reverted', message: expect.stringContaining('kustomization.yaml') });
      expect((await kustomization.read(namespace)).patches).toEqual([]);
    });

    it('writes no entry where spec.images of git names the repository, which would revert it', async () => {
      const { namespace, workload, path } = await given({ images: [{ name: 'apps.test/team/web', newTag: 'latest' }] });

      const said = await path.confirm?.(workload);

      expect(said).toMatchObject({ outcome: 'reverted', message: expect.stringContaining('"apps.test/team/web"') });
      expect((await kustomization.read(namespace)).patches).toEqual([]);
      expect((await settled(workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('reports an entry as reverted when git took the list over, and names the field manager', async () => {
      const { namespace, workload, path } = await given();
      await kustomization.parentApplies(namespace, { images: [{ name: 'apps.test/other', newTag: '1' }] });

      const said = await path.confirm?.(workload);

      expect(said).toMatchObject({ outcome: 'reverted', message: expect.stringContaining('kustomize-controller') });
      expect((await kustomization.read(namespace)).images).toEqual([{ name: 'apps.test/other', newTag: '1' }]);
    });

    it('confirms a removed entry as ok', async () => {
      const { workload } = await given();
      const pinned = await settled(workload);
      const path = await createWrites(harness().http).pathFor(pinned, 'forward');

      expect(await path.confirm?.(pinned)).toEqual({ outcome: 'ok' });
    });
  });
}
