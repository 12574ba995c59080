import { describe, expect, it } from 'vitest';
import { fields, list } from '../../../src/fields.ts';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux } from './flux.ts';
import { a, subject, toA } from './subject.ts';
import { prepare, ways } from './ways.ts';

/** Taking back what was written: flux-live 6r. */
export function releases(harness: () => Harness): void {
  const { read, settled, write } = subject(harness);
  const given = prepare(harness);
  const kustomization = flux(harness);

  /** Every field that managedFields gives us, as text. */
  function oursIn(object: unknown): string {
    const entries = list(fields(fields(object).metadata).managedFields).map(fields);
    return JSON.stringify(entries.filter(({ manager }) => manager === 'keelson').map(({ fieldsV1 }) => fieldsV1));
  }

  describe.each(ways)('releasing what was written by $name', (way) => {
    it.each(kinds)('leaves nothing of ours in a %s', async (kind) => {
      const { workload, path } = await given(way, kind, {
        annotations: { note: 'theirs' },
        templateAnnotations: { note: 'theirs' },
      });
      await write(path, workload, [toA], { state: 'one' });

      const writes = createWrites(harness().http);
      await writes.release(await settled(workload));

      const { workload: after, object } = await read(workload);
      expect(after.templateAnnotations).toEqual({ note: 'theirs' });
      expect(Object.keys(after.annotations).filter((key) => /keelson|fluxcd/.test(key))).toEqual([]);
      expect(after.annotations.note).toBe('theirs');
      expect(after.containers[0]?.image).toBe(way.name === 'image-pin' ? `${firstImage}@${a}` : firstImage);
      expect(oursIn(object)).not.toMatch(/keelson\.sh|fluxcd/);
      if (!way.kustomization) return;
      const { images, patches, annotations, object: owner } = await kustomization.read(workload.namespace);
      expect([images, patches]).toEqual([[], []]);
      expect(annotations?.['keelson.sh/pins']).toBeUndefined();
      expect(oursIn(owner)).not.toMatch(/keelson\.sh|f:images|f:patches/);
    });

    it('writes nothing the second time', async () => {
      const { workload, path } = await given(way);
      await write(path, workload, [toA], { state: 'one' });
      const writes = createWrites(harness().http);
      await writes.release(await settled(workload));
      const released = await settled(workload);

      await writes.release(released);

      expect((await read(workload)).workload.resourceVersion).toBe(released.resourceVersion);
    });
  });

  describe('a hold', () => {
    const way = ways.find(({ name }) => name === 'flux-hold');

    it('tells Flux to leave the object alone until its time, and ends', async () => {
      if (way === undefined) throw new Error('no such way');
      const { workload, path } = await given(way, 'Deployment', {}, { now: () => Date.parse('2026-11-23T10:00:00Z') });
      await write(path, workload, [toA]);
      const held = await settled(workload);
      const writes = createWrites(harness().http);

      await writes.endHold(held);

      expect(held.annotations['kustomize.toolkit.fluxcd.io/reconcile']).toBe('disabled');
      expect(writes.holdUntil(held)).toBe(Date.parse('2026-11-23T10:01:00Z'));
      const after = (await read(workload)).workload;
      expect(Object.keys(after.annotations).filter((key) => /keelson|fluxcd/.test(key))).toEqual([]);
      expect(writes.holdUntil(after)).toBeUndefined();
      expect(after.containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('ends with the next digest', async () => {
      if (way === undefined) throw new Error('no such way');
      const { workload, path } = await given(way);
      await write(path, workload, [toA]);
      const held = await settled(workload);
      const forward = createWrites(harness().http).pathFor(held, 'forward', way.options);

      await write(forward, workload, [{ ...toA, expected: `${firstImage}@${a}` }]);

      const after = (await read(workload)).workload;
      expect(forward.name).toBe('image-nudge');
      expect(Object.keys(after.annotations).filter((key) => /keelson|fluxcd/.test(key))).toEqual([]);
      expect(after.containers[0]?.image).toBe(firstImage);
    });
  });

  describe('after a release', () => {
    it('Flux applies what git has without moving anything', async () => {
      const way = ways.find(({ name }) => name === 'flux-kustomization');
      if (way === undefined) throw new Error('no such way');
      const { workload, path } = await given(way);
      await write(path, workload, [toA], { state: 'one' });
      await createWrites(harness().http).release(await settled(workload));
      const before = await settled(workload);

      const { kind, namespace, name } = workload;
      const spec = { template: { spec: { containers: [{ name: 'app', image: firstImage }] } } };
      const body = { apiVersion: 'apps/v1', kind, metadata: { namespace, name }, spec };
      await kustomization.applies(workloadPath(workload), body);

      expect((await read(workload)).workload.generation).toBe(before.generation);
    });
  });
}
