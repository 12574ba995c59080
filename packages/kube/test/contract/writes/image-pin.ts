import { describe, expect, it } from 'vitest';
import { fields, list } from '../../../src/fields.ts';
import { pinOf } from '../../../src/index.ts';
import { createImagePin } from '../../../src/write/image-pin.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { a, b, subject, toA } from './subject.ts';

/** Law 3, on the wire: one field, under our name. */
export function pinsImages(harness: () => Harness): void {
  const { read, given, settled } = subject(harness);

  describe('pinning an image', () => {
    it.each(kinds)('pins an image of a %s by changing that field and no other (law 3)', async (kind) => {
      const workload = await given(kind, { sidecar: 'apps.test/team/proxy:1' });
      const before = await read(workload);

      const result = await createImagePin(harness().http).write(workload, [toA]);

      const after = await read(workload);
      expect(result).toMatchObject({ generation: workload.generation + 1 });
      expect(after.workload.containers.map(({ image }) => image)).toEqual([
        `${firstImage}@${a}`,
        'apps.test/team/proxy:1',
      ]);
      const restored = JSON.parse(JSON.stringify(fields(after.object).spec).replace(`@${a}`, ''));
      expect(restored).toEqual(fields(before.object).spec);
      expect(pinOf(after.workload, 'app')).toBe(a);
    });

    it('pins an image under the field manager keelson (law 3)', async () => {
      const workload = await given('Deployment');

      await createImagePin(harness().http).write(workload, [toA]);

      const { object } = await read(workload);
      expect(managersOf(object)).toContain('keelson/Update');
      const ours = list(fields(fields(object).metadata).managedFields)
        .map(fields)
        .find(({ manager }) => manager === 'keelson');
      expect(JSON.stringify(ours?.fieldsV1)).toContain('"f:image"');
      expect(JSON.stringify(ours?.fieldsV1)).not.toContain('f:replicas');
    });

    it('pins several containers, init containers too, in one request', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1', init: 'apps.test/team/setup:1' });
      const changes = [
        toA,
        { container: 'sidecar', expected: 'apps.test/team/proxy:1', digest: b },
        { container: 'setup', expected: 'apps.test/team/setup:1', digest: a },
      ];

      const result = await createImagePin(harness().http).write(workload, changes);

      expect(result.generation).toBe(workload.generation + 1);
      const images = (await read(workload)).workload.containers.map(({ image }) => image);
      expect(images).toEqual([`${firstImage}@${a}`, `apps.test/team/proxy:1@${b}`, `apps.test/team/setup:1@${a}`]);
    });

    it('replaces the digest of a pinned image', async () => {
      const workload = await given('Deployment', { image: `${firstImage}@${b}` });

      await createImagePin(harness().http).write(workload, [{ ...toA, expected: `${firstImage}@${b}` }]);

      expect((await read(workload)).workload.containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('removes the pin annotation of an earlier write', async () => {
      const annotation = { 'digest.keelson.sh/app': `${firstImage}@${b}` };
      const workload = await given('Deployment', { templateAnnotations: { ...annotation, note: 'kept' } });

      await createImagePin(harness().http).write(workload, [toA]);

      const after = (await read(workload)).workload;
      expect(after.templateAnnotations).toEqual({ note: 'kept' });
      expect(pinOf(after, 'app')).toBe(a);
    });

    it('sends nothing when the image has the digest already', async () => {
      const workload = await given('Deployment');
      const path = createImagePin(harness().http);
      await path.write(workload, [toA]);
      const done = await settled(workload);

      const again = await path.write(done, [toA]);

      expect(again).toMatchObject({ generation: done.generation, templateHash: done.templateHash });
      expect((await read(workload)).workload.resourceVersion).toBe(done.resourceVersion);
    });
  });
}
