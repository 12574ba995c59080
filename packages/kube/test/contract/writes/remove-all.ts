import { describe, expect, it } from 'vitest';
import { fields, list } from '../../../src/fields.ts';
import { createWrites } from '../../../src/index.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux } from './flux.ts';
import { helm } from './helm.ts';
import { subject, toA } from './subject.ts';
import type { PathCase } from './write-paths.ts';
import { prepare } from './write-paths.ts';

/** Removing all that Keelson wrote: flux-live 6r. */
export function removesAll(harness: () => Harness, cases: readonly PathCase[]): void {
  const { read, settled, write } = subject(harness);
  const given = prepare(harness);
  const owners = { Kustomization: flux(harness), HelmRelease: helm(harness) };

  /** Every field that managedFields gives us, as text. */
  function oursIn(object: unknown): string {
    const entries = list(fields(fields(object).metadata).managedFields).map(fields);
    return JSON.stringify(entries.filter(({ manager }) => manager === 'keelson').map(({ fieldsV1 }) => fieldsV1));
  }

  describe.each(cases)('removing what $name wrote', (pathCase) => {
    it.each(kinds)('removes all that was written into a %s', async (kind) => {
      const { workload, path } = await given(pathCase, kind, {
        annotations: { note: 'kept' },
        templateAnnotations: { note: 'kept' },
      });
      await write(path, workload, [toA], { state: 'one' });

      const writes = createWrites(harness().http);
      await writes.removeAll(await settled(workload));

      const { workload: after, object } = await read(workload);
      expect(after.templateAnnotations).toEqual({ note: 'kept' });
      expect(Object.keys(after.annotations).filter((key) => /keelson|fluxcd/.test(key))).toEqual([]);
      expect(after.annotations.note).toBe('kept');
      expect(after.containers[0]?.image).toBe(firstImage);
      expect(oursIn(object)).not.toMatch(/keelson\.sh|fluxcd/);
      const { entryIn } = pathCase;
      if (entryIn === undefined) return;
      const { annotations, object: owner } = await owners[entryIn].read(workload.namespace);
      expect(fields(fields(owner).spec)).not.toMatchObject({ images: expect.anything() });
      expect(fields(fields(owner).spec)).not.toMatchObject({ patches: expect.anything() });
      expect(fields(fields(owner).spec)).not.toMatchObject({ postRenderers: expect.anything() });
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
      expect(oursIn(owner)).not.toMatch(/keelson\.sh|f:images|f:patches|f:postRenderers/);
    });

    it('removes all in one write, and writes nothing the second time', async () => {
      const { workload, path } = await given(pathCase);
      await write(path, workload, [toA], { state: 'one' });
      const writes = createWrites(harness().http);
      await writes.removeAll(await settled(workload));
      const removed = await settled(workload);

      await writes.removeAll(removed);

      expect((await read(workload)).workload.resourceVersion).toBe(removed.resourceVersion);
    });
  });
}
