import { describe, expect, it } from 'vitest';
import { ConflictError, createWrites } from '../../../src/index.ts';
import { kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { fluxLabels } from './flux.ts';
import { a, b, subject, toA } from './subject.ts';

const key = 'keelson.sh/state';

/** Who may change `keelson.sh/state`, which is written by merge patch and by server-side apply. */
export function keepsState(harness: () => Harness): void {
  const { read, given, write } = subject(harness);
  const writes = () => createWrites(harness().http);
  const underFlux = () => given('Deployment', { labels: fluxLabels('flux-system') });
  const annotate = async (workload: Parameters<typeof write>[1], digest: typeof a, state?: string) => {
    const path = await writes().pathFor((await read(workload)).workload, 'forward');
    expect(path.name).toBe('template-annotation');
    await write(path, workload, [{ ...toA, digest }], state === undefined ? {} : { state });
  };
  const stateOf = async (workload: Parameters<typeof read>[0]) => (await read(workload)).workload.annotations[key];

  describe('the state annotation', () => {
    it.each(kinds)('writes and removes the state annotation of a %s alone', async (kind) => {
      const workload = await given(kind, { annotations: { note: 'kept' } });

      await writes().writeState(workload, 'one');
      const one = (await read(workload)).workload;
      await writes().writeState(workload, undefined);

      expect(one.annotations).toMatchObject({ note: 'kept', [key]: 'one' });
      expect(one.templateHash).toBe(workload.templateHash);
      expect(one.writers[key]).toEqual([{ manager: 'keelson', operation: 'Update' }]);
      const after = (await read(workload)).workload;
      expect(after.annotations).not.toHaveProperty(key);
      expect(after.annotations.note).toBe('kept');
    });

    it('keeps an applied state annotation in an apply without a new one', async () => {
      const workload = await underFlux();
      await annotate(workload, a, 'one');

      await annotate(workload, b);

      expect(await stateOf(workload)).toBe('one');
    });

    it('keeps a patched state annotation in an apply without a new one, and in the next', async () => {
      const workload = await underFlux();
      await annotate(workload, a, 'one');
      await writes().writeState(workload, 'two');
      await annotate(workload, b);
      const once = await stateOf(workload);

      await annotate(workload, a);

      expect([once, await stateOf(workload)]).toEqual(['two', 'two']);
    });

    it('keeps a state annotation that was patched to the applied value', async () => {
      const workload = await underFlux();
      await annotate(workload, a, 'one');
      await writes().writeState(workload, 'one');

      await annotate(workload, b);

      expect(await stateOf(workload)).toBe('one');
    });

    it('applies no state annotation that was removed', async () => {
      const workload = await underFlux();
      await annotate(workload, a, 'one');
      await writes().writeState(workload, undefined);

      await annotate(workload, b);

      expect(await stateOf(workload)).toBeUndefined();
    });

    it('writes no state annotation into another object of the same name', async () => {
      const workload = await given('Deployment');
      const other = { ...workload, uid: '00000000-0000-4000-8000-000000000000' };

      await expect(writes().writeState(other, 'one')).rejects.toBeInstanceOf(ConflictError);

      expect(await stateOf(workload)).toBeUndefined();
    });
  });
}
