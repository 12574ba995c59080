import { describe, expect, it } from 'vitest';
import { createWrites } from '../../../src/index.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { a, subject, toA } from './subject.ts';
import { pathCase, prepare } from './write-paths.ts';

/** The last resort beside Flux: flux-live 6. */
export function holds(harness: () => Harness): void {
  const { read, settled, write } = subject(harness);
  const given = prepare(harness);

  describe('a hold', () => {
    const holdCase = pathCase('flux-hold');

    it('stops Flux from reconciling the object until a time, and ends the hold', async () => {
      const { workload, path } = await given(
        holdCase,
        'Deployment',
        {},
        { now: () => Date.parse('2026-11-23T10:00:00Z') },
      );
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

    it('ends a hold with the next digest', async () => {
      const { workload, path } = await given(holdCase);
      await write(path, workload, [toA]);
      const held = await settled(workload);
      const forward = await createWrites(harness().http).pathFor(held, 'forward', holdCase.options);

      await write(forward, workload, [{ ...toA, expected: `${firstImage}@${a}` }]);

      const after = (await read(workload)).workload;
      expect(forward.name).toBe('image-nudge');
      expect(Object.keys(after.annotations).filter((key) => /keelson|fluxcd/.test(key))).toEqual([]);
      expect(after.containers[0]?.image).toBe(firstImage);
    });
  });
}
