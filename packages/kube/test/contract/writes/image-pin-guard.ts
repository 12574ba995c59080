import { describe, expect, it, vi } from 'vitest';
import { ConflictError } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { createImagePin } from '../../../src/write/image-pin.ts';
import { deployment, firstImage } from '../../support/objects.ts';
import { soon } from '../../support/soon.ts';
import type { Harness } from '../harness.ts';
import { a, subject, toA } from './subject.ts';

/** Law 3, on the wire: guarded by what was read. */
export function guardsPins(harness: () => Harness): void {
  const { read, given, settled } = subject(harness);

  describe('pinning an image', () => {
    it('keeps what another field manager changed between read and write of an image pin (law 3)', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1' });
      await harness().edit(workloadPath(workload), {
        metadata: { annotations: { note: 'kept' } },
        spec: { replicas: 3, template: { metadata: { annotations: { note: 'kept' } } } },
      });

      await createImagePin(harness().http).write(workload, [toA]);

      const after = await read(workload);
      expect(after.workload).toMatchObject({
        replicas: 3,
        annotations: { note: 'kept' },
        templateAnnotations: { note: 'kept' },
      });
      expect(after.workload.containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it.each([
      ['the image', { containers: [{ name: 'app', image: 'apps.test/team/web:v2' }] }],
      [
        'the order of containers',
        {
          containers: [
            { name: 'first', image: firstImage },
            { name: 'app', image: firstImage },
          ],
        },
      ],
    ])('pins no image when %s changed in between (law 3)', async (_what, spec) => {
      const workload = await given('Deployment');
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } });
      const moved = await settled(workload);

      const writing = createImagePin(harness().http).write(workload, [toA]);

      await expect(writing).rejects.toBeInstanceOf(ConflictError);
      expect((await read(workload)).workload.containers).toEqual(moved.containers);
    });

    it('pins no image of an object that was created anew under the same name', async () => {
      const workload = await given('Deployment');
      await harness().remove(workloadPath(workload));
      await vi.waitUntil(async () => {
        const created = await harness()
          .create(workload.namespace, deployment('web', { replicas: 0 }))
          .catch(() => false);
        return created !== false;
      }, soon);

      const writing = createImagePin(harness().http).write(workload, [toA]);

      await expect(writing).rejects.toBeInstanceOf(ConflictError);
    });

    it('distinguishes a refused value from a conflict', async () => {
      const workload = await given('Deployment');
      const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: '' }];
      const contentType = 'application/json-patch+json';

      const writing = harness().http.request({ method: 'PATCH', path: workloadPath(workload), contentType, body });

      await expect(writing).rejects.toMatchObject({
        code: 'invalid',
        status: 422,
        namesField: 'spec.template.spec.containers[0].image',
      });
    });

    it('reports not-found for an object that is gone', async () => {
      const workload = await given('Deployment');

      const writing = createImagePin(harness().http).write({ ...workload, name: 'gone' }, [toA]);

      await expect(writing).rejects.toMatchObject({ code: 'not-found', status: 404, retryable: false });
    });
  });
}
