import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/fields.ts';
import type { Workload } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { a, subject, toA } from './subject.ts';

const failed = { ready: { status: 'False', reason: 'UpgradeFailed', message: 'oh' } };

/** What became of an entry in a HelmRelease, by what helm-controller says. */
export function helmConfirms(harness: () => Harness): void {
  const { settled, write, givenIn } = subject(harness);
  const release = helm(harness);
  const kustomization = flux(harness);

  async function given(spec: Readonly<Record<string, unknown>> = {}) {
    const namespace = await harness().namespace();
    await release.make(namespace, spec);
    const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
    const path = await createWrites(harness().http).pathFor(workload, 'back');
    await write(path, workload, [toA]);
    return { namespace, workload, path };
  }

  async function helmApplies(workload: Workload): Promise<void> {
    const spec = { containers: [{ name: 'app', image: firstImage }] };
    await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'helm-controller');
  }

  const entryOf = async (namespace: string) => (await release.read(namespace)).postRenderers;

  describe('an image that was written beside a HelmRelease without an entry', () => {
    const enabled = (ignore: readonly unknown[] = []) => ({ driftDetection: { mode: 'enabled', ignore } });
    const containers = '/spec/template/spec/containers';

    it.each<[string, string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
      ['ok', 'it is deployed, and nothing corrects drift', {}, {}],
      ['ok', 'drift is only reported', { driftDetection: { mode: 'warn' } }, {}],
      ['ok', 'drift of the containers is ignored', enabled([{ paths: ['/spec/replicas', containers] }]), {}],
      ['pending', 'drift is corrected', enabled(), {}],
      ['pending', 'drift of something else is ignored', enabled([{ paths: ['/spec/replicas'] }]), {}],
      ['pending', 'an upgrade is under way', {}, { ready: { status: 'Unknown', reason: 'Progressing' } }],
      ['pending', 'an upgrade is to come', {}, { lastAttemptedGeneration: 0 }],
      ['pending', 'an upgrade failed', {}, failed],
      ['pending', 'it is suspended', { suspend: true }, {}],
    ])('confirms it as %s where %s', async (outcome, _what, spec, status) => {
      const namespace = await harness().namespace();
      await release.make(namespace, spec);
      await release.says(namespace, status);
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
      const written = { rejected: ['flux-helmrelease'], written: 'image-nudge' } as const;
      const path = await createWrites(harness().http).pathFor(workload, 'back', written);
      await write(path, workload, [toA]);

      expect(path.name).toBe('image-nudge');
      expect(await path.confirm?.(await settled(workload))).toMatchObject({ outcome });
    });

    it('confirms it as ok where the object itself is left out of the drift that is corrected', async () => {
      const namespace = await harness().namespace();
      await release.make(namespace, enabled());
      await release.says(namespace);
      const annotations = { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled' };
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace), annotations });
      const path = await createWrites(harness().http).pathFor(workload, 'back', { written: 'image-nudge' });

      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
    });
  });

  describe('an entry in a HelmRelease that was written', () => {
    it('confirms an entry once helm-controller says that an upgrade used it', async () => {
      const { namespace, workload, path } = await given();
      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'pending' });
      await release.says(namespace);

      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
    });

    it('confirms an entry that an upgrade used whose tests then failed', async () => {
      const { namespace, workload, path } = await given();
      await release.says(namespace, { ready: { status: 'False', reason: 'TestFailed', message: 'oh' } });

      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
    });

    it.each<[string, (generation: number) => Readonly<Record<string, unknown>>]>([
      ['has observed an older generation', (generation) => ({ observedGeneration: generation - 1 })],
      ['has attempted an older generation', (generation) => ({ lastAttemptedGeneration: generation - 1 })],
      ['used other post-renderers', () => ({ observedPostRenderersDigest: 'sha256:other' })],
      ['waits for the pods', () => ({ ready: { status: 'Unknown', reason: 'Progressing' } })],
      ['failed', () => ({ ...failed, newest: { status: 'failed' } })],
      ['stored a failed version', () => ({ newest: { status: 'failed' } })],
    ])('confirms an entry as pending while helm-controller %s', async (_what, status) => {
      const { namespace, workload, path } = await given();
      const { generation } = await release.read(namespace);
      await release.says(namespace, status(generation));

      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'pending', message: expect.any(String) });
      await helmApplies(workload);
      expect(await path.confirm?.(workload), 'an older upgrade proves nothing').toMatchObject({ outcome: 'again' });
      expect(await entryOf(namespace)).toHaveLength(1);
    });

    it('confirms an entry as pending while the HelmRelease is suspended, although its status says that it was observed', async () => {
      const { namespace, workload, path } = await given({ suspend: true });
      await release.says(namespace);

      expect(await path.confirm?.(workload)).toMatchObject({
        outcome: 'pending',
        message: expect.stringContaining('suspended'),
      });
    });

    it.each([
      ['in the pass that failed', { ready: { status: 'False', reason: 'RollbackSucceeded', message: 'oh' } }],
      ['and a later pass says Ready', { newest: { action: 'rollback' } }],
    ])('removes an entry with which Helm rolled back %s', async (_what, status) => {
      const { namespace, workload, path } = await given();
      await release.says(namespace, status);

      expect(await path.confirm?.(workload)).toMatchObject({
        outcome: 'reverted',
        message: expect.stringContaining('Helm rolled it back'),
      });
      expect(await entryOf(namespace)).toBeUndefined();
    });

    it('replaces an entry without effect, since the chart spells the image otherwise, by one that names the container', async () => {
      const { namespace, workload, path } = await given();
      await release.says(namespace);
      await helmApplies(workload);

      const first = await path.confirm?.(workload);
      const [only] = (await entryOf(namespace)) ?? [];
      await release.says(namespace);
      const second = await path.confirm?.(await settled(workload));

      expect(first).toMatchObject({ outcome: 'pending' });
      expect(Object.keys(fields(fields(only).kustomize))).toEqual(['patches']);
      expect(second).toEqual({ outcome: 'ok' });
      expect((await settled(workload)).containers[0]?.image).toBe(`${firstImage}@${a}`);

      await helmApplies(workload);
      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'reverted' });
      expect(await entryOf(namespace)).toBeUndefined();
    });

    it('reports an entry as reverted when another manager took the list over, and names it', async () => {
      const { namespace, workload, path } = await given();
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      await release.isApplied(namespace, { postRenderers: git });

      expect(await path.confirm?.(workload)).toMatchObject({
        outcome: 'reverted',
        message: expect.stringContaining('kustomize-controller'),
      });
      expect(await entryOf(namespace)).toEqual(git);
    });

    it('follows an entry through the Kustomization that adds it', async () => {
      const namespace = await harness().namespace();
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: git });
      await release.isListed(namespace);
      await kustomization.says(namespace, { status: 'True', reason: 'ReconciliationSucceeded' });
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
      const path = await createWrites(harness().http).pathFor(workload, 'back');
      await write(path, workload, [toA]);
      await release.says(namespace);
      expect(await path.confirm?.(workload), 'it has not arrived').toMatchObject({
        outcome: 'pending',
        message: expect.stringContaining('apps'),
      });

      const added = { kustomize: { images: [{ name: firstImage, newTag: 'latest', digest: a }] } };
      await release.isApplied(namespace, { postRenderers: [...git, added] });
      expect(await path.confirm?.(workload), 'it was not used').toMatchObject({ outcome: 'pending' });
      await release.says(namespace);
      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });

      await release.isApplied(namespace, { postRenderers: git });
      await kustomization.says(namespace, { status: 'False', reason: 'BuildFailed', message: 'oh' });
      expect(await path.confirm?.(workload)).toMatchObject({
        outcome: 'reverted',
        message: expect.stringContaining('oh'),
      });
      expect((await kustomization.read(namespace)).patches).toEqual([]);
    });

    it('keeps an entry that a Kustomization adds while its status is read (law 9)', async () => {
      const namespace = await harness().namespace();
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: git });
      await release.isListed(namespace);
      await kustomization.says(namespace, { status: 'True', reason: 'ReconciliationSucceeded' });
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
      const added = { kustomize: { images: [{ name: firstImage, newTag: 'latest', digest: a }] } };
      let passes: (() => Promise<void>) | undefined;
      const { http } = harness();
      const path = await createWrites({
        ...http,
        async request(request) {
          const answer = await http.request(request);
          const pass =
            request.path.includes('/helmreleases/') && (request.method ?? 'GET') === 'GET' ? passes : undefined;
          if (pass !== undefined) passes = undefined;
          await pass?.();
          return answer;
        },
      }).pathFor(workload, 'back');
      await write(path, workload, [toA]);
      // A whole pass, right after the HelmRelease was read without the entry.
      passes = async () => {
        await release.isApplied(namespace, { postRenderers: [...git, added] });
        await kustomization.says(namespace, { status: 'True', reason: 'ReconciliationSucceeded' });
      };

      expect(await path.confirm?.(workload)).toMatchObject({ outcome: 'pending' });
      expect(passes).toBeUndefined();
      expect((await kustomization.read(namespace)).patches).not.toEqual([]);
      await release.says(namespace);
      expect(await path.confirm?.(workload)).toEqual({ outcome: 'ok' });
    });

    it('confirms that an entry was removed once a pass has begun that read it no more', async () => {
      const { namespace, workload } = await given();
      await release.says(namespace);
      const writes = createWrites(harness().http);
      const path = await writes.pathFor(await settled(workload), 'forward');
      await write(path, workload, [{ ...toA, expected: `${firstImage}@${a}` }]);
      const { generation } = await release.read(namespace);

      expect(await path.confirm?.(await settled(workload))).toMatchObject({ outcome: 'pending' });
      await release.says(namespace, { observedGeneration: generation - 1 });
      expect(await path.confirm?.(await settled(workload))).toEqual({ outcome: 'ok' });
    });

    it('confirms no removal before a Kustomization that added the entry has taken it out (law 9)', async () => {
      const namespace = await harness().namespace();
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      const added = { kustomize: { images: [{ name: firstImage, newTag: 'latest', digest: a }] } };
      const ok = { status: 'True', reason: 'ReconciliationSucceeded' };
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: git });
      await release.isListed(namespace);
      await kustomization.says(namespace, ok);
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });
      const { http } = harness();
      await write(await createWrites(http).pathFor(workload, 'back'), workload, [toA]);
      await release.isApplied(namespace, { postRenderers: [...git, added] });
      await kustomization.says(namespace, ok);
      await release.says(namespace);

      const forward = await createWrites(http).pathFor(await settled(workload), 'forward');
      await write(forward, workload, [{ ...toA, expected: `${firstImage}@${a}` }]);
      const confirmed = async () => forward.confirm?.(await settled(workload));
      expect(forward.name).toBe('flux-helmrelease');
      expect(await confirmed(), 'the HelmRelease has the entry').toMatchObject({
        outcome: 'pending',
        message: expect.stringContaining('Kustomization'),
      });
      await kustomization.staleSays(namespace, ok);
      expect(await confirmed(), 'an older pass').toMatchObject({ outcome: 'pending' });

      await release.isApplied(namespace, { postRenderers: git });
      await kustomization.says(namespace, ok);
      expect(await confirmed(), 'Helm has not read that').toMatchObject({ outcome: 'pending' });
      await release.says(namespace);
      expect(await confirmed()).toEqual({ outcome: 'ok' });
      expect((await kustomization.read(namespace)).annotations?.['keelson.sh/request']).toBeUndefined();
    });
  });
}
