import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/fields.ts';
import type { KubeHttp } from '../../../src/index.ts';
import { createWrites, gitImageOf } from '../../../src/index.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { flux, fluxLabels, heldBy } from './flux.ts';
import { a, subject, toA } from './subject.ts';

const gitImages = { images: [{ name: 'apps.test/other', newTag: '2' }] };
const gitPatch = { target: { kind: 'Service' }, patch: '- op: remove\n  path: /metadata/labels/x\n' };

/** Rolling back by `spec.patches`, where git owns `spec.images`: flux-live 3a to 3h, 12, 16. */
export function fluxPatches(harness: () => Harness): void {
  const { read, settled, write, givenIn } = subject(harness);
  const kustomization = flux(harness);

  async function given(
    spec: Readonly<Record<string, unknown>>,
    what: object = {},
    kind: (typeof kinds)[number] = 'Deployment',
  ) {
    const namespace = await harness().namespace();
    await kustomization.make(namespace, spec);
    const workload = await givenIn(namespace, kind, { labels: fluxLabels(namespace), ...what });
    const path = await createWrites(harness().http).pathFor(workload, 'back');
    return { namespace, workload, path };
  }

  describe('patches in the owning Kustomization', () => {
    it.each(kinds)('pins the image of a %s by patches where git owns spec.images', async (kind) => {
      const { namespace, workload, path } = await given(gitImages, {}, kind);

      await write(path, workload, [toA]);

      const { images, patches, imagesOwner, object } = await kustomization.read(namespace);
      expect(images).toEqual(gitImages.images);
      expect(imagesOwner).toBe('kustomize-controller');
      expect(managersOf(object)).toContain('keelson/Update');
      const [held, ...more] = heldBy({ patches });
      expect(more).toEqual([]);
      expect(held).toMatch(new RegExp(`^# keelson.sh/pin: ${kind}/${namespace}/web app\n`));
      expect(held).toContain(`[{"name":"app","image":"${firstImage}@${a}"}]`);
      expect(held?.includes('jobTemplate')).toBe(kind === 'CronJob');
      for (const { target } of patches.map(fields)) {
        const group = kind === 'CronJob' ? 'batch' : 'apps';
        expect(target).toEqual({ group, kind, name: '^web$', namespace: `^${namespace}$` });
      }
      expect((await read(workload)).workload.containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('writes patches that test no image, and copy that of git from an index that always exists', async () => {
      const { namespace, workload, path } = await given(gitImages, { sidecar: 'apps.test/team/proxy:1' });

      await write(path, workload, [toA, { container: 'sidecar', expected: 'apps.test/team/proxy:1', digest: a }]);

      const texts = (await kustomization.read(namespace)).patches.map((entry) => String(fields(entry).patch));
      expect(texts).toHaveLength(4);
      expect(texts.some((text) => text.includes('"test"'))).toBe(false);
      expect(texts.filter((text) => text.includes('"copy"'))).toEqual([
        expect.stringContaining('"from":"/spec/template/spec/containers/0/image"'),
      ]);
      expect(gitImageOf({ annotations: { 'keelson.sh/git-image.app': firstImage } }, 'app')).toBe(firstImage);
      expect(gitImageOf({ annotations: { 'keelson.sh/git-image.app': 'unknown' } }, 'app')).toBeUndefined();
    });

    it('pins an image without a tag by patches, and restores the author’s spelling', async () => {
      const image = 'apps.test/team/web';
      const { namespace, workload, path } = await given({}, { image });

      await write(path, workload, [{ container: 'app', expected: image, digest: a }]);
      const held = await kustomization.read(namespace);
      const pinned = await settled(workload);
      await createWrites(harness().http).removeAll(pinned);

      expect(held.images).toEqual([]);
      expect(heldBy(held)).toHaveLength(1);
      expect(pinned.containers[0]?.image).toBe(`${image}:latest@${a}`);
      expect((await settled(workload)).containers[0]?.image).toBe(image);
    });

    it('writes patches after those of git, which stay, with a warning', async () => {
      const { namespace, workload } = await given({ ...gitImages, patches: [gitPatch] });
      const path = await createWrites(harness().http).pathFor(workload, 'back', { written: 'flux-kustomization' });

      await write(path, workload, [toA]);
      const { patches } = await kustomization.read(namespace);
      const warnings = path.warnings(workload);
      await createWrites(harness().http).removeAll(await settled(workload));

      expect(patches[0]).toEqual(gitPatch);
      expect(heldBy({ patches })).toHaveLength(1);
      expect(warnings.map(({ code }) => code)).toEqual(['may-be-reverted']);
      expect(warnings[0]?.message).toContain('kustomize-controller');
      expect((await kustomization.read(namespace)).patches).toEqual([gitPatch]);
    });

    it.each([
      ['its spec.images set the image', { images: [{ name: 'apps.test/team/web', newTag: 'latest' }] }],
      ['its spec.images and spec.patches are in git', { ...gitImages, patches: [gitPatch] }],
    ])(
      'warns before any write that no digest lasts in a Kustomization where %s, and has Flux skip the workload',
      async (_what, spec) => {
        const { workload } = await given(spec);
        const writes = createWrites(harness().http);

        const forward = await writes.pathFor(workload, 'forward');
        const back = await writes.pathFor(workload, 'back', { holdMs: 60_000 });

        expect(forward.warnings(workload).map(({ code }) => code)).toContain('may-be-reverted');
        expect(back.name).toBe('flux-hold');
      },
    );

    it.each([
      ['has spec.images for other images', gitImages],
      ['has spec.patches', { patches: [gitPatch] }],
    ])('warns of nothing where git %s, since the other list is free', async (_what, spec) => {
      const { workload, path } = await given(spec);
      const forward = await createWrites(harness().http).pathFor(workload, 'forward');

      expect(forward.warnings(workload).filter(({ code }) => code === 'may-be-reverted')).toEqual([]);
      expect(path.name).toBe('flux-kustomization');
    });

    it('keeps the place of its patches when a person adds one, and keeps that one', async () => {
      const { namespace, workload, path } = await given(gitImages);
      await write(path, workload, [toA]);
      const before = await kustomization.read(namespace);
      const spec = { patches: [...before.patches, gitPatch] };
      await harness().edit(`/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/apps`, {
        spec,
      });
      const added = await kustomization.read(namespace);

      await path.write(await settled(workload), [toA]);
      const again = await kustomization.read(namespace);
      await createWrites(harness().http).removeAll(await settled(workload));

      expect(again.resourceVersion).toBe(added.resourceVersion);
      expect((await kustomization.read(namespace)).patches).toEqual([gitPatch]);
    });

    it('keeps patches that another field manager adds between read and write', async () => {
      const { namespace, workload } = await given(gitImages);
      const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/apps`;
      const { http, edit } = harness();
      let first = false;
      const slow: KubeHttp = {
        ...http,
        async request(request) {
          const answer = await http.request(request);
          if (first && request.method === undefined && request.path === path) {
            first = false;
            await edit(path, { spec: { patches: [gitPatch] } });
          }
          return answer;
        },
      };

      const pinning = await createWrites(slow).pathFor(workload, 'back');
      first = true;
      await pinning.write(workload, [toA]);

      const { patches } = await kustomization.read(namespace);
      expect(first).toBe(false);
      expect(patches[0]).toEqual(gitPatch);
      expect(heldBy({ patches })).toHaveLength(1);
    });

    it('writes patches while Flux writes its status, and keeps that', async () => {
      const { namespace, workload, path } = await given(gitImages);
      const busy = Array.from({ length: 5 }, (_, n) =>
        kustomization.says(namespace, { status: 'Unknown', reason: 'Progressing', message: `step ${n}` }),
      );

      await Promise.all([...busy, write(path, workload, [toA])]);

      const { patches, conditions } = await kustomization.read(namespace);
      expect(heldBy({ patches })).toHaveLength(1);
      expect(conditions).toHaveLength(1);
    });
  });
}
