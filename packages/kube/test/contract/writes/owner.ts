import type { WorkloadKey } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/fields.ts';
import { createWrites } from '../../../src/index.ts';
import { digest, firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels } from './flux.ts';
import { a, subject, toA } from './subject.ts';

/** Who owns a workload: labels are a claim, which anybody may write. */
export function provesOwners(harness: () => Harness): void {
  const { read, givenIn, write } = subject(harness);
  const kustomization = flux(harness);
  const writesNow = () => createWrites(harness().http);

  /** A workload whose labels name Kustomization `apps` of the namespace. */
  async function claims(namespace: string, kind: WorkloadKey['kind'] = 'Deployment', name = 'web') {
    return givenIn(namespace, kind, { labels: fluxLabels(namespace) }, name);
  }

  describe('the proof of an owner', () => {
    it.each(kinds)('accepts a Kustomization that lists the %s', async (kind) => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      const workload = await claims(namespace, kind);

      expect((await writesNow().withOwner(workload)).owner).toEqual({
        type: 'flux-kustomization',
        namespace,
        name: 'apps',
      });
    });

    it('writes nothing into a Kustomization for a workload that only claims to be its own (law 9)', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace, { targetNamespace: namespace });
      const tenant = await harness().namespace();
      const workload = await givenIn(tenant, 'Deployment', { labels: fluxLabels(namespace) });
      const before = (await kustomization.read(namespace)).resourceVersion;

      const path = await writesNow().pathFor(workload, 'back');
      await write(path, workload, [toA]);

      expect(path.name).toBe('image-pin');
      expect((await kustomization.read(namespace)).resourceVersion).toBe(before);
      const [warning] = path.warnings(workload);
      expect(warning?.code).toBe('owner-disproven');
      expect(warning?.message).toContain(`Kustomization ${namespace}/apps`);
    });

    it('writes no entry when the Kustomization dropped the workload after the path was chosen', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      const workload = await claims(namespace);
      const path = await writesNow().pathFor(workload, 'back');
      await kustomization.lists(namespace, ['staging']);

      await expect(path.write(workload, [toA])).rejects.toMatchObject({ code: 'conflict' });

      const { images, patches } = await kustomization.read(namespace);
      expect([...images, ...patches]).toEqual([]);
      expect((await read(workload)).workload.containers).toEqual(workload.containers);
    });

    it('writes the image alone, with a warning, where the Kustomization does not exist', async () => {
      const workload = await claims(await harness().namespace());

      const [forward, back] = [
        await writesNow().pathFor(workload, 'forward'),
        await writesNow().pathFor(workload, 'back'),
      ];

      expect([forward.name, back.name]).toEqual(['template-annotation', 'image-nudge']);
      expect(forward.warnings(workload).map(({ code }) => code)).toContain('owner-unknown');
    });

    it.each([
      ['has not listed anything yet', (namespace: string) => kustomization.parentApplies(namespace, {})],
      [
        'reconciles another cluster',
        (namespace: string) => kustomization.make(namespace, { kubeConfig: { secretRef: { name: 'other' } } }),
      ],
    ])('writes neither entry nor image where the Kustomization %s', async (_what, make) => {
      const namespace = await harness().namespace();
      await make(namespace);
      const workload = await claims(namespace);
      const back = await writesNow().pathFor(workload, 'back');

      await expect(back.write(workload, [toA])).rejects.toMatchObject({ code: 'forbidden' });

      expect(back.warnings(workload).map(({ code }) => code)).toContain('owner-unknown');
      expect((await read(workload)).workload.containers).toEqual(workload.containers);
    });

    it('waits for the first pass that may list the workload, and takes the last one that did not', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace, {}, ['other']);
      const running = { type: 'Reconciling', status: 'True', reason: 'Progressing' };
      await kustomization.says(namespace, running);
      const workload = await claims(namespace);
      const writes = writesNow();
      const owner = async () => (await writes.withOwner(workload, { fresh: true })).owner.type;

      const first = await owner();
      await kustomization.says(namespace, { status: 'True', reason: 'ReconciliationSucceeded' });
      const ended = await owner();
      await kustomization.says(namespace, running);
      const next = await owner();
      await kustomization.lists(namespace, ['web']);

      expect([first, ended, next, await owner()]).toEqual(['unknown', 'none', 'none', 'flux-kustomization']);
    });

    it('asks once for all workloads of a Kustomization, and again for one that is not listed', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace);
      const listed = [await claims(namespace), await claims(namespace, 'Deployment', 'other')];
      const { http } = harness();
      let asked = 0;
      let reviews = 0;
      const request: typeof http.request = (about) => {
        if (about.method === 'POST') reviews += 1;
        else asked += 1;
        return http.request(about);
      };
      let time = 0;
      const writes = createWrites({ ...http, request }, { now: () => time });

      await Promise.all(listed.map((workload) => writes.withOwner(workload)));
      time = 59_000;
      await Promise.all(listed.map((workload) => writes.withOwner(workload)));
      const kept = asked;
      time = 61_000;
      await Promise.all(listed.map((workload) => writes.withOwner(workload)));

      expect([kept, asked, reviews]).toEqual([1, 2, 1]);
    });

    it('matches in spec.patches only the workload itself, whatever characters its name has', async () => {
      const namespace = await harness().namespace();
      await kustomization.make(namespace, { images: [{ name: 'apps.test/other', newTag: '2' }] }, ['web.1']);
      const workload = await claims(namespace, 'Deployment', 'web.1');

      await write(await writesNow().pathFor(workload, 'back'), workload, [{ ...toA, digest: a }]);

      const targets = (await kustomization.read(namespace)).patches.map((entry) => fields(fields(entry).target));
      expect(targets.length).toBeGreaterThan(0);
      for (const { name, namespace: space } of targets) {
        expect(['web.1', 'web-1', 'webx1'].filter((each) => new RegExp(String(name)).test(each))).toEqual(['web.1']);
        expect([namespace, 'default'].filter((each) => new RegExp(String(space)).test(each))).toEqual([namespace]);
      }
    });

    it('matches in spec.patches the namespace default only where the Kustomization sets the namespace', async () => {
      const namespace = await harness().namespace();
      const images = [{ name: 'apps.test/other', newTag: '2' }];
      await kustomization.make(namespace, { images, targetNamespace: namespace });
      const workload = await claims(namespace);

      await write(await writesNow().pathFor(workload, 'back'), workload, [{ ...toA, digest: digest('b') }]);

      const [first] = (await kustomization.read(namespace)).patches.map((entry) => fields(fields(entry).target));
      expect(first?.namespace).toBe(`^(${namespace}|default)$`);
      expect((await read(workload)).workload.containers[0]?.image).toBe(`${firstImage}@${digest('b')}`);
    });
  });
}
