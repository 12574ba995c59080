import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels, heldBy } from './flux.ts';
import { a, b, subject, toA } from './subject.ts';

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

  async function given(
    spec: Readonly<Record<string, unknown>> = {},
    before?: Parameters<typeof kustomization.says>[1],
  ) {
    const namespace = await harness().namespace();
    await kustomization.make(namespace, spec);
    if (before) await kustomization.says(namespace, before);
    const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
    const options = { written: 'flux-kustomization' } as const;
    const path = await createWrites(harness().http).pathFor(workload, 'back', options);
    await write(path, workload, [toA]);
    return { namespace, workload, path };
  }

  const held = async (workload: Workload) =>
    Object.keys((await settled(workload)).annotations).filter(
      (key) => key.includes('reconcile') || key.includes('hold'),
    );

  /** A pass says so that has read the entry; then Flux may reconcile the workload again, and one more pass says the same. */
  async function afterPasses(
    { namespace, workload, path }: Awaited<ReturnType<typeof given>>,
    ...conditions: Parameters<typeof kustomization.says>[1][]
  ) {
    await kustomization.says(namespace, ...conditions);
    await path.confirm?.(workload);
    await kustomization.says(namespace, ...conditions);
    return path.confirm?.(workload);
  }

  describe('an entry that was written', () => {
    it.each([
      ['ok', 'all went well', { status: 'True', reason: 'ReconciliationSucceeded' }],
      ['ok', 'the workloads are not healthy yet', { status: 'False', reason: 'HealthCheckFailed' }],
      ['ok', 'it no longer waits for them', { status: 'False', reason: 'HealthCheckCanceled' }],
      ['ok', 'it could not remove what git no longer has', { status: 'False', reason: 'PruneFailed' }],
      ['pending', 'it has just begun again', { status: 'Unknown', reason: 'Progressing' }],
      ['pending', 'there is no source', { status: 'False', reason: 'ArtifactFailed' }],
      ['pending', 'it cannot build', { status: 'False', reason: 'BuildFailed' }],
      ['pending', 'it waits for another one', { status: 'False', reason: 'DependencyNotReady' }],
      ['pending', 'an object is refused', { status: 'False', reason: 'ReconciliationFailed', message: 'Service/a/b' }],
    ])('confirms an entry as %s when Flux, having read it, says that %s', async (outcome, _what, condition) => {
      const one = await given();

      const said = await afterPasses(one, condition);

      const quoted = { code: 'flux-not-ready', message: expect.stringContaining(condition.reason) };
      const quotes = outcome === 'pending' && condition.status === 'False';
      expect(said).toEqual({ outcome, ...(quotes && quoted) });
      expect((await kustomization.read(one.namespace)).images).toEqual(entries);
      expect((await settled(one.workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);
      expect(await held(one.workload)).toEqual([]);
    });

    it.each([
      ['all went well', { status: 'True', reason: 'ReconciliationSucceeded' }],
      ['the workloads are not healthy', { status: 'False', reason: 'HealthCheckFailed' }],
      ['it waits for them', { type: 'Reconciling', status: 'True', reason: 'Progressing', message: checks }],
      ['it cannot build', { status: 'False', reason: 'BuildFailed' }],
    ])(
      'takes no word of a pass that began before the entry, which says with the latest generation that %s',
      async (_what, condition) => {
        const { namespace, workload, path } = await given();
        await kustomization.staleSays(namespace, condition);

        expect(await path.confirm?.(workload)).toEqual({ outcome: 'pending' });

        expect((await kustomization.read(namespace)).images).toEqual(entries);
        expect(await held(workload)).toHaveLength(2);
      },
    );

    it('keeps an entry and has the image written again where a pass that began before it reverts that', async () => {
      const { namespace, workload, path } = await given();
      await kustomization.staleSays(namespace, done);
      await gitApplies(workload);

      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'again' });
      await write(path, workload, [toA]);

      expect((await kustomization.read(namespace)).images).toEqual(entries);
      expect((await settled(workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);
      expect(await path.confirm?.(workload)).toEqual({ outcome: 'pending' });
    });

    it('knows what it asked Flux in another worker too', async () => {
      const one = await given();
      await kustomization.staleSays(one.namespace, done);
      const path = await createWrites(harness().http).pathFor(one.workload, 'back', { written: 'flux-kustomization' });

      expect(await path.confirm?.(one.workload)).toEqual({ outcome: 'pending' });
      expect(await afterPasses({ ...one, path }, done)).toEqual({ outcome: 'ok' });
    });

    it("takes the handling of somebody else's later request as proof, and not of an earlier one", async () => {
      const { namespace, workload, path } = await given();
      const request = (value: string) =>
        kustomization.patch(namespace, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': value } } });
      await request('later');
      await path.confirm?.(workload);
      await request('newest');
      await kustomization.writeStatus(namespace, { lastHandledReconcileAt: 'earlier' });
      await path.confirm?.(workload);
      const before = await held(workload);
      await kustomization.writeStatus(namespace, { lastHandledReconcileAt: 'later' });
      await path.confirm?.(workload);

      expect([before, await held(workload)]).toMatchObject([{ length: 2 }, { length: 0 }]);
    });

    it('takes no pass over a suspended Kustomization as proof, also after it was resumed', async () => {
      const one = await given();
      const { namespace, workload, path } = one;
      await kustomization.says(namespace, done);
      await kustomization.patch(namespace, { spec: { suspend: true } });
      await kustomization.says(namespace, done);
      await path.confirm?.(workload);
      await kustomization.says(namespace, done);
      const suspended = await path.confirm?.(workload);
      await kustomization.patch(namespace, { spec: { suspend: false } });

      const resumed = await path.confirm?.(workload);

      expect(suspended).toMatchObject({ outcome: 'pending', code: 'flux-suspended' });
      expect(resumed).toEqual({ outcome: 'pending' });
      expect((await kustomization.read(namespace)).images).toEqual(entries);
      expect(await afterPasses(one, done)).toEqual({ outcome: 'ok' });
    });

    it('asks anew when the Kustomization is changed before a pass has applied the entry', async () => {
      const one = await given();
      await kustomization.says(one.namespace, done);
      await one.path.confirm?.(one.workload);
      await kustomization.says(one.namespace, done);
      await kustomization.parentApplies(one.namespace, { timeout: '2m' });

      expect(await one.path.confirm?.(one.workload)).toEqual({ outcome: 'pending' });
      await kustomization.says(one.namespace, done);
      expect(await one.path.confirm?.(one.workload)).toEqual({ outcome: 'ok' });
    });

    it('waits for Flux where somebody removed what it had asked', async () => {
      const one = await given();
      await kustomization.patch(one.namespace, { metadata: { annotations: { 'keelson.sh/request': 'no JSON' } } });
      await kustomization.staleSays(one.namespace, done);

      expect(await one.path.confirm?.(one.workload)).toEqual({ outcome: 'pending' });
      expect(await afterPasses(one, done)).toEqual({ outcome: 'ok' });
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
    ])('removes an entry again when Flux, which could do so without it, %s, and says why', async (_what, condition) => {
      const one = await given({}, done);
      const { namespace } = one;

      const said = await afterPasses(one, condition(namespace));

      expect(said).toMatchObject({ outcome: 'reverted', message: expect.stringContaining('oh') });
      const { images, annotations } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
    });

    it('replaces an entry without effect, since git spells the image otherwise, by a patch', async () => {
      const one = await given();
      const { namespace, workload, path } = one;
      await kustomization.says(namespace, done);
      await path.confirm?.(workload);
      await kustomization.says(namespace, done);
      await gitApplies(workload);

      const first = await path.confirm?.(workload);
      const { images, patches } = await kustomization.read(namespace);
      const second = await afterPasses(one, done);

      expect([first, second]).toEqual([{ outcome: 'pending' }, { outcome: 'ok' }]);
      expect(images).toEqual([]);
      expect(heldBy({ patches })).toHaveLength(1);
      expect((await settled(workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('removes an entry that has no effect as a patch either', async () => {
      const one = await given({ images: [{ name: 'apps.test/other', newTag: '1' }] });
      const { namespace, workload, path } = one;
      await kustomization.says(namespace, done);
      await path.confirm?.(workload);
      await gitApplies(workload);
      await kustomization.says(namespace, done);

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

    it('removes an entry while Flux skips the workload, until a pass has read that it is gone', async () => {
      const one = await given();
      expect(await afterPasses(one, done)).toEqual({ outcome: 'ok' });
      const { namespace, workload } = one;
      const options = { written: 'flux-kustomization' } as const;
      const path = await createWrites(harness().http).pathFor(await settled(workload), 'forward', options);

      await write(path, workload, [{ container: 'app', expected: `${firstImage}@${a}`, digest: b }]);

      const removed = await kustomization.read(namespace);
      expect(removed.images).toEqual([]);
      await kustomization.staleSays(namespace, done);
      expect(await path.confirm?.(workload)).toEqual({ outcome: 'pending' });
      expect(await held(workload)).toHaveLength(2);
      await kustomization.says(namespace, done);
      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
      expect(await held(workload)).toEqual([]);
      expect(Object.keys((await kustomization.read(namespace)).annotations ?? {})).toEqual([
        'reconcile.fluxcd.io/requestedAt',
      ]);
    });

    it('has the next digest written again where a pass writes back the one of a removed entry', async () => {
      const one = await given();
      await afterPasses(one, done);
      const { namespace, workload } = one;
      const options = { written: 'flux-kustomization' } as const;
      const path = await createWrites(harness().http).pathFor(await settled(workload), 'forward', options);
      await write(path, workload, [{ container: 'app', expected: `${firstImage}@${a}`, digest: b }]);
      const spec = { containers: [{ name: 'app', image: `${firstImage}@${a}` }] };
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'kustomize-controller');

      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'again' });
      await write(path, workload, [{ container: 'app', expected: `${firstImage}@${a}`, digest: b }]);

      expect((await settled(workload)).containers[0]?.image).toBe(firstImage);
      expect((await kustomization.read(namespace)).images).toEqual([]);
    });

    it('confirms a write without any entry as ok', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
      const options = { written: 'flux-kustomization' } as const;
      const path = await createWrites(harness().http).pathFor(workload, 'forward', options);

      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
    });
  });
}
