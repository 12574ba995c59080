import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels, heldBy } from './flux.ts';
import { a, b, subject, toA } from './subject.ts';

const staging = 'apps.test/team/web:dev-staging';
const entry = (name: string, newTag: string, digest: string) => ({ name, newTag, digest });
const latestAtA = entry(firstImage, 'latest', a);

/** Rolling back beside a Flux Kustomization by `spec.images`: flux-live 4b, 9b, 12, 14c, 15, 16. */
export function fluxEntries(harness: () => Harness): void {
  const { read, settled, write, givenIn } = subject(harness);
  const kustomization = flux(harness);

  async function given(image = firstImage, more: object = {}) {
    const namespace = await harness().namespace();
    await kustomization.make(namespace);
    const workload = await givenIn(namespace, 'Deployment', { image, labels: fluxLabels(namespace), ...more });
    return { namespace, workload };
  }

  async function back(workload: Workload, expected = firstImage, digest = a, workloads: readonly Workload[] = []) {
    const path = await createWrites(harness().http, { workloads: () => workloads }).pathFor(workload, 'back');
    await write(path, workload, [{ container: 'app', expected, digest }]);
    return path;
  }

  const imageOf = async (workload: Workload) => (await read(workload)).workload.containers[0]?.image;

  describe('an entry in the owning Kustomization', () => {
    it('writes an entry for the image with its tag, and the digest into the object at once', async () => {
      const { namespace, workload } = await given();

      await back(workload);

      const { images, patches, imagesOwner } = await kustomization.read(namespace);
      expect(images).toEqual([latestAtA]);
      expect(patches).toEqual([]);
      expect(imagesOwner).toBeUndefined();
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
    });

    it.each([
      ['writes a patch of the object alone', {}, [[], 1]],
      [
        'writes an entry all the same, beside patches of git that would replace its own,',
        { patches: [] },
        [[latestAtA], 0],
      ],
    ])(
      '%s where the Kustomization has objects of other namespaces, whose images nobody may pin from here (law 17)',
      async (_what, more, [images, patches]) => {
        const namespace = await harness().namespace();
        await kustomization.make(namespace, more);
        const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
        const ids = [`${namespace}_web_apps_Deployment`, `victim-${namespace}_nightly_batch_Job`, '_victim__Namespace'];
        await kustomization.writeStatus(namespace, { inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) } });

        await back(workload);

        const written = await kustomization.read(namespace);
        expect([written.images, heldBy(written).length]).toEqual([images, patches]);
        expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
      },
    );

    it('keeps an entry when the parent applies a Kustomization without images', async () => {
      const { namespace, workload } = await given();
      await back(workload);

      await kustomization.parentApplies(namespace, { timeout: '2m' });

      expect((await kustomization.read(namespace)).images).toEqual([latestAtA]);
    });

    it('keeps entries of several workloads apart', async () => {
      const { namespace, workload } = await given();
      const other = await givenIn(
        namespace,
        'Deployment',
        { image: staging, labels: fluxLabels(namespace) },
        'staging',
      );
      await back(workload, firstImage, a, [workload, other]);
      const untouched = await settled(other);
      await back(other, staging, b, [workload, other]);
      const both = await kustomization.read(namespace);
      const again = await settled(workload);

      await createWrites(harness().http).removeAll(again);

      expect(untouched.containers[0]?.image).toBe(staging);
      expect(both.images).toEqual([entry(staging, 'dev-staging', b), latestAtA]);
      const { images, annotations } = await kustomization.read(namespace);
      expect(images).toEqual([entry(staging, 'dev-staging', b)]);
      expect(annotations?.['keelson.sh/pins']).toContain('"staging"');
      expect(annotations?.['keelson.sh/pins']).not.toContain('"web"');
      expect(await imageOf(other)).toBe(`${staging}@${b}`);
    });

    it('writes no entry where it would hit another workload of the same image', async () => {
      const { namespace, workload } = await given();
      const other = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) }, 'other');

      await back(workload, firstImage, a, [workload, other]);

      const { images, patches } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(heldBy({ patches })).toHaveLength(1);
    });

    it('writes an entry although a workload that the Kustomization does not list claims it by labels (law 17)', async () => {
      const { namespace, workload } = await given();
      const tenant = await harness().namespace();
      const other = await givenIn(tenant, 'Deployment', { labels: fluxLabels(namespace) }, 'other');

      await back(workload, firstImage, a, [workload, other]);

      const { images, patches } = await kustomization.read(namespace);
      expect([images, patches]).toEqual([[latestAtA], []]);
    });

    it('replaces an entry by patches when another workload of the same image needs another digest', async () => {
      const { namespace, workload } = await given();
      await back(workload);
      const other = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) }, 'other');

      await back(other, firstImage, b);

      const { images, patches, annotations } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
      expect(heldBy({ patches }).map((text) => [text.includes('/web app'), text.includes(a)])).toEqual([
        [true, true],
        [false, false],
      ]);
    });

    it('writes no entry where a container that is not rolled back names the image too', async () => {
      const { namespace, workload } = await given(firstImage, { init: firstImage });

      await back(workload);

      const { images, patches } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(heldBy({ patches })).toHaveLength(1);
      expect((await read(workload)).workload.containers.map(({ image }) => image)).toEqual([
        `${firstImage}@${a}`,
        firstImage,
      ]);
    });

    it('removes the entry with the next digest, and the image is as in git again', async () => {
      const { namespace, workload } = await given();
      await back(workload);
      const rolledBack = await settled(workload);
      const writes = createWrites(harness().http);
      const forward = await writes.pathFor(rolledBack, 'forward');

      await write(forward, workload, [{ ...toA, expected: `${firstImage}@${a}`, digest: b }], { state: 'on' });

      expect(forward.name).toBe('flux-kustomization');
      const { images, annotations } = await kustomization.read(namespace);
      expect(images).toEqual([]);
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
      const after = await settled(workload);
      expect(after.containers[0]?.image).toBe(firstImage);
      expect(after.templateAnnotations['digest.keelson.sh/app']).toBe(`${firstImage}@${b}`);
      expect(after.annotations['keelson.sh/state']).toBe('on');
      expect(after.generation).toBe(rolledBack.generation + 1);
      expect((await writes.pathFor(after, 'forward')).name).toBe('flux-kustomization');
      await forward.write(after, [{ ...toA, expected: `${firstImage}@${a}`, digest: b }]);
      expect((await settled(workload)).resourceVersion).toBe(after.resourceVersion);

      await writes.endHold(after);
      expect((await writes.pathFor(await settled(workload), 'forward')).name).toBe('template-annotation');
    });

    it.each(['image', 'patch'])(
      'removes an entry by %s with the next digest though the object bears no sign of it any more (law 1)',
      async (by) => {
        const { namespace, workload } = await given();
        const other = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) }, 'other');
        await back(workload, firstImage, a, by === 'patch' ? [workload, other] : []);
        const writes = createWrites(harness().http);
        await writes.endHold(await settled(workload));
        const annotations = { 'digest.keelson.sh/app': null };
        const template = (image: string) => ({
          spec: { template: { metadata: { annotations }, spec: { containers: [{ name: 'app', image }] } } },
        });
        await harness().edit(workloadPath(workload), template(firstImage), 'kubectl-replace');
        const replaced = await settled(workload);
        await harness().edit(workloadPath(workload), template(`${firstImage}@${a}`), 'kustomize-controller');
        const applied = await settled(workload);

        const [first, second] = [await writes.pathFor(replaced, 'forward'), await writes.pathFor(applied, 'forward')];
        expect(writes.whyFixed(await writes.withOwner(applied), 'app')).toBeUndefined();
        await write(second, applied, [{ ...toA, expected: `${firstImage}@${a}`, digest: b }]);

        expect([first.name, second.name]).toEqual(['flux-kustomization', 'flux-kustomization']);
        const { images, patches } = await kustomization.read(namespace);
        expect([...images, ...patches]).toEqual([]);
        expect((await settled(workload)).containers[0]?.image).toBe(firstImage);
      },
    );

    it.each([null, '[', '[{}]'])(
      'removes its entry though somebody made the annotation that says for whom it is %j',
      async (edited) => {
        const { namespace, workload } = await given();
        await back(workload);
        await kustomization.patch(namespace, { metadata: { annotations: { 'keelson.sh/pins': edited } } });
        const forward = await createWrites(harness().http).pathFor(await settled(workload), 'forward');

        await write(forward, workload, [{ ...toA, expected: `${firstImage}@${a}`, digest: b }]);

        expect((await kustomization.read(namespace)).images).toEqual([]);
      },
    );

    it('removes an entry for a tag that git left with the next write', async () => {
      const { namespace, workload } = await given();
      await back(workload);
      const next = 'apps.test/team/web:v2';
      const spec = { containers: [{ name: 'app', image: next }] };
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'kustomize-controller');

      await back(await settled(workload), next, b);

      expect((await kustomization.read(namespace)).images).toEqual([entry(next, 'v2', b)]);
    });

    it('replaces an entry without effect by a patch, which stays one', async () => {
      const { namespace, workload } = await given();
      const path = await back(workload);
      const done = { status: 'True', reason: 'ReconciliationSucceeded' };
      await kustomization.says(namespace, done);
      await path.confirm?.(workload);
      await kustomization.says(namespace, done);
      const spec = { containers: [{ name: 'app', image: firstImage }] };
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'kustomize-controller');

      await back(workload);
      const first = await kustomization.read(namespace);
      await back(workload);

      expect(first.images).toEqual([]);
      expect(heldBy(first)).toHaveLength(1);
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
      expect((await kustomization.read(namespace)).resourceVersion).toBe(first.resourceVersion);
    });

    it('keeps an entry that Flux has not applied yet', async () => {
      const { namespace, workload } = await given();
      await back(workload);
      const spec = { containers: [{ name: 'app', image: firstImage }] };
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } }, 'kustomize-controller');

      await back(workload);

      expect((await kustomization.read(namespace)).images).toEqual([latestAtA]);
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
    });

    it('writes no entry where the Kustomization of the labels is gone', async () => {
      const namespace = await harness().namespace();
      const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });

      const path = await back(workload);

      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
      expect(path.name).toBe('image-nudge');
    });
  });
}
