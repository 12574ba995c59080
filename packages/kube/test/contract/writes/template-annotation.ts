import { describe, expect, it } from 'vitest';
import type { PinPolicy } from '../../../src/index.ts';
import { ConflictError, createWrites, pinOf } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { createTemplateAnnotation } from '../../../src/write/template-annotation.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { a, b, subject, toA } from './subject.ts';

const fluxLabels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

const absent: PinPolicy = {
  installed: false,
  replacesDigests: false,
  worksIn: () => false,
  refresh: () => Promise.resolve(),
  seen: () => undefined,
};

/** Law 3 for what a GitOps tool reconciles: our annotations and nothing else, guarded by what was read. */
export function annotatesTemplates(harness: () => Harness): void {
  const { read, given, settled, write } = subject(harness);
  const annotating = () => createTemplateAnnotation(harness().http, absent);

  describe('annotating the pod template', () => {
    it.each(kinds)('annotates the template of a %s and leaves the image as it is', async (kind) => {
      const workload = await given(kind, { labels: fluxLabels, templateAnnotations: { note: 'kept' } });
      const path = await createWrites(harness().http).pathFor(workload, 'forward');

      const { before, result } = await write(path, workload, [toA]);

      const after = await read(workload);
      expect(path.name).toBe('template-annotation');
      expect(result).toMatchObject({ generation: before.generation + 1 });
      expect(after.workload.containers).toEqual(workload.containers);
      expect(after.workload.templateAnnotations).toEqual({
        note: 'kept',
        'digest.keelson.sh/app': `${firstImage}@${a}`,
      });
      expect(managersOf(after.object)).toContain('keelson/Apply');
      expect(pinOf(after.workload, 'app')).toBe(a);
    });

    it('keeps the pin annotations of other containers, and drops those whose image changed', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1' });
      const path = annotating();
      const sidecar = { container: 'sidecar', expected: 'apps.test/team/proxy:1', digest: b };
      await write(path, workload, [toA, sidecar]);

      await write(path, workload, [{ ...toA, digest: b }]);
      const both = await settled(workload);
      await harness().edit(workloadPath(workload), {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'app', image: firstImage },
                { name: 'sidecar', image: 'apps.test/team/proxy:2' },
              ],
            },
          },
        },
      });
      await write(path, workload, [toA]);

      expect(Object.keys(both.templateAnnotations)).toEqual(['digest.keelson.sh/app', 'digest.keelson.sh/sidecar']);
      expect((await read(workload)).workload.templateAnnotations).toEqual({
        'digest.keelson.sh/app': `${firstImage}@${a}`,
      });
    });

    it('writes no annotation into an object that another field manager changed until it was read again', async () => {
      const workload = await given('Deployment');
      const path = annotating();
      await harness().edit(workloadPath(workload), { spec: { replicas: 2 } });

      await expect(path.write(workload, [toA])).rejects.toBeInstanceOf(ConflictError);
      await write(path, workload, [toA]);

      const after = (await read(workload)).workload;
      expect(after.replicas).toBe(2);
      expect(pinOf(after, 'app')).toBe(a);
    });

    it('sends nothing when the template has the annotation already', async () => {
      const workload = await given('Deployment');
      const path = annotating();
      await write(path, workload, [toA]);
      const done = await settled(workload);

      expect(await path.write(done, [toA])).toMatchObject({
        generation: done.generation,
        templateHash: done.templateHash,
      });
      expect((await read(workload)).workload.resourceVersion).toBe(done.resourceVersion);
    });

    it('neither annotates nor creates an object other than the one that was read', async () => {
      const workload = await given('Deployment');
      const path = annotating();
      const otherUid = '00000000-0000-4000-8000-000000000000';

      await expect(path.write({ ...workload, uid: otherUid }, [toA])).rejects.toBeInstanceOf(ConflictError);
      await expect(path.write({ ...workload, name: 'gone' }, [toA])).rejects.toBeInstanceOf(ConflictError);

      expect((await read(workload)).workload.templateAnnotations).toEqual({});
      await expect(read({ ...workload, name: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
    });
  });
}
