import { describe, expect, it } from 'vitest';
import { fields, list } from '../../../src/fields.ts';
import type { Workload } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { flux } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { a, b, subject, toA } from './subject.ts';

const staging = 'apps.test/team/web:dev-staging';
const entry = (name: string, newTag: string, digest: string) => ({ name, newTag, digest });
const latestAtA = entry(firstImage, 'latest', a);
const stampKey = 'reconcile.fluxcd.io/requestedAt';

/** Rolling back beside helm-controller by `spec.postRenderers`. */
export function helmEntries(harness: () => Harness): void {
  const { read, settled, write, givenIn } = subject(harness);
  const release = helm(harness);
  const kustomization = flux(harness);

  async function given(what: object = {}, spec = {}) {
    const namespace = await harness().namespace();
    await release.make(namespace, spec);
    const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace), ...what });
    return { namespace, workload };
  }

  async function back(workload: Workload, expected = firstImage, digest = a, workloads: readonly Workload[] = []) {
    const path = await createWrites(harness().http, { workloads: () => workloads, now: () => 0 }).pathFor(
      workload,
      'back',
    );
    await write(path, workload, [{ container: 'app', expected, digest }]);
    return path;
  }

  const imageOf = async (workload: Workload) => (await read(workload)).workload.containers[0]?.image;

  describe('an entry in the owning HelmRelease', () => {
    it('writes the entry and the stamp in one server-side apply, and the equal image into the object', async () => {
      const { namespace, workload } = await given();
      const before = await release.read(namespace);

      await back(workload);

      const { postRenderers, generation, annotations, object } = await release.read(namespace);
      expect(postRenderers).toEqual([{ kustomize: { images: [latestAtA] } }]);
      expect(generation).toBe(before.generation + 1);
      expect(annotations[stampKey]).toMatch(/^1970-01-01T00:00:00.000Z-keelson-/);
      expect(managersOf(object)).toEqual(expect.arrayContaining(['keelson/Apply', 'flux/Apply']));
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
    });

    it('takes the stamp from whoever requested a reconciliation last', async () => {
      const { namespace, workload } = await given();
      const path = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases/shop`;
      await harness().edit(path, { metadata: { annotations: { [stampKey]: 'by hand' } } }, 'flux-cli');

      await back(workload);

      expect((await release.read(namespace)).annotations[stampKey]).not.toBe('by hand');
    });

    it('keeps entries of several workloads of a release apart', async () => {
      const { namespace, workload } = await given();
      const other = await givenIn(
        namespace,
        'Deployment',
        { image: staging, labels: helmLabels(namespace) },
        'staging',
      );
      await back(workload, firstImage, a, [workload, other]);
      await back(other, staging, b, [workload, other]);
      const both = await release.read(namespace);

      await createWrites(harness().http).removeAll(await settled(workload));

      const ofStaging = entry(staging, 'dev-staging', b);
      expect(both.postRenderers).toEqual([{ kustomize: { images: [ofStaging, latestAtA] } }]);
      expect((await release.read(namespace)).postRenderers).toEqual([{ kustomize: { images: [ofStaging] } }]);
      expect(await imageOf(other)).toBe(`${staging}@${b}`);
    });

    it('names the container where another one of the release has the same image', async () => {
      const { namespace, workload } = await given();
      const other = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) }, 'other');

      await back(workload, firstImage, a, [workload, other]);

      const { postRenderers = [] } = await release.read(namespace);
      const { images, patches } = fields(fields(postRenderers[0]).kustomize);
      expect(images).toBeUndefined();
      expect(list(patches).filter((patch) => JSON.stringify(patch).includes(a))).toHaveLength(1);
      expect(await imageOf(other)).toBe(firstImage);
    });

    it('moves an entry to another digest, and leaves nothing but the stamp when the next push rolls forward', async () => {
      const { namespace, workload } = await given();
      await back(workload);
      const pinned = await settled(workload);
      await back(pinned, `${firstImage}@${a}`, b);
      expect((await release.read(namespace)).postRenderers).toMatchObject([{ kustomize: { images: [{ digest: b }] } }]);

      const forward = await createWrites(harness().http).pathFor(await settled(workload), 'forward');
      await write(forward, workload, [{ ...toA, expected: `${firstImage}@${b}` }]);

      expect(forward.name).toBe('flux-helmrelease');
      const { postRenderers, annotations } = await release.read(namespace);
      expect(postRenderers).toBeUndefined();
      expect(Object.keys(annotations)).toEqual([stampKey]);
      expect(await imageOf(workload)).toBe(firstImage);
    });

    it('adds to a list that git has through the Kustomization that applies the HelmRelease, and removes it there', async () => {
      const { namespace, workload } = await given();
      await kustomization.make(namespace);
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      await release.isApplied(namespace, { postRenderers: git });
      await release.isListed(namespace);
      const before = await release.read(namespace);

      await back(workload);

      const { patches } = await kustomization.read(namespace);
      expect(patches).toEqual([
        {
          target: { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', name: '^shop$', namespace: `^${namespace}$` },
          patch: expect.stringMatching(new RegExp(`^# keelson.sh/pin: Deployment/${namespace}/web app\\n`)),
        },
      ]);
      const [, operation = ''] = String(fields(patches[0]).patch).split('\n');
      const value = { kustomize: { images: [latestAtA] } };
      expect(JSON.parse(operation.slice(2))).toEqual({ op: 'add', path: '/spec/postRenderers/-', value });
      expect((await release.read(namespace)).resourceVersion).toBe(before.resourceVersion);
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);

      await createWrites(harness().http).removeAll(await settled(workload));
      expect((await kustomization.read(namespace)).patches).toEqual([]);
    });

    it('finds an entry in the Kustomization though the object bears no sign of it any more, and removes it (law 1)', async () => {
      const { namespace, workload } = await given();
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: [{ kustomize: { images: [{ name: 'x', newTag: '1' }] } }] });
      await release.isListed(namespace);
      await back(workload);
      const annotations = { 'digest.keelson.sh/app': null };
      const template = (image: string) => ({
        spec: { template: { metadata: { annotations }, spec: { containers: [{ name: 'app', image }] } } },
      });
      await harness().edit(workloadPath(workload), template(firstImage), 'kubectl-replace');
      await harness().edit(workloadPath(workload), template(`${firstImage}@${a}`), 'helm-controller');
      const applied = await settled(workload);
      const writes = createWrites(harness().http);

      const forward = await writes.pathFor(applied, 'forward');
      expect(writes.whyFixed(await writes.withOwner(applied), 'app')).toBeUndefined();
      await write(forward, applied, [{ ...toA, expected: `${firstImage}@${a}`, digest: b }]);

      expect(forward.name).toBe('flux-helmrelease');
      expect((await kustomization.read(namespace)).patches).toEqual([]);
      expect(await imageOf(workload)).toBe(firstImage);
    });

    it('writes nothing where another manager has the list and no Kustomization applies the HelmRelease', async () => {
      const git = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
      const { namespace, workload } = await given({}, { postRenderers: git });

      await expect(back(workload)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringMatching(/spec\.postRenderers of HelmRelease .*\/shop is written by flux/),
      });

      expect(await imageOf(workload)).toBe(firstImage);
      expect((await release.read(namespace)).postRenderers).toEqual(git);
    });

    it('writes the image alone where the labels name no HelmRelease that exists', async () => {
      const namespace = await harness().namespace();
      const workload = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) });

      const path = await back(workload);

      expect(path.name).toBe('image-nudge');
      expect(await imageOf(workload)).toBe(`${firstImage}@${a}`);
    });

    it('writes nothing into a HelmRelease, or the Kustomization that its labels name, which does not list the object', async () => {
      const { namespace, workload } = await given();
      const stranger = await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) }, 'stranger');
      const path = await createWrites(harness().http).pathFor(workload, 'back');
      const change = { container: 'app', expected: firstImage, digest: a };

      await expect(path.write(stranger, [change])).rejects.toMatchObject({ code: 'conflict' });
      await kustomization.make(namespace);
      await release.isApplied(namespace, { postRenderers: [{ kustomize: { images: [{ name: 'x' }] } }] });
      await expect(back(workload)).rejects.toMatchObject({ code: 'invalid' });

      expect((await release.read(namespace)).postRenderers).toEqual([{ kustomize: { images: [{ name: 'x' }] } }]);
      expect((await kustomization.read(namespace)).patches).toEqual([]);
      expect(await imageOf(workload)).toBe(firstImage);
    });

    it('goes the way of the annotation with the admission policy, except under a HelmRelease that replaces its objects', async () => {
      const works = { installed: true, replacesDigests: true, worksIn: () => true };
      const pinPolicy = { ...works, refresh: () => Promise.resolve(), seen: () => undefined };
      const namesOf = async (upgrade: object) => {
        const { workload } = await given({}, { upgrade });
        const writes = createWrites(harness().http, { pinPolicy });
        return Promise.all([writes.pathFor(workload, 'forward'), writes.pathFor(workload, 'back')]);
      };

      expect((await namesOf({ serverSideApply: 'disabled' })).map(({ name }) => name)).toEqual([
        'template-annotation',
        'template-annotation',
      ]);
      expect((await namesOf({ serverSideApply: 'disabled', force: true })).map(({ name }) => name)).toEqual([
        'template-annotation',
        'flux-helmrelease',
      ]);
    });
  });
}
