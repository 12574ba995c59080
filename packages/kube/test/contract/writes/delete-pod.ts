import { describe, expect, it, vi } from 'vitest';
import { fields, list } from '../../../src/fields.ts';
import { createWrites } from '../../../src/index.ts';
import { readPod } from '../../../src/objects/pod.ts';
import { soon } from '../../support/soon.ts';
import type { Harness } from '../harness.ts';
import { subject } from './subject.ts';

/** A pod that is stuck, replaced. */
export function deletesPods(harness: () => Harness): void {
  const { given } = subject(harness);

  async function pods(namespace: string) {
    const answer = fields(await harness().http.request({ path: `/api/v1/namespaces/${namespace}/pods` }));
    return list(answer.items).flatMap((item) => readPod(item) ?? []);
  }

  describe('deleting a pod', () => {
    it('deletes exactly this pod, and nothing when it is gone or another one', async () => {
      const { namespace } = await given('StatefulSet', { replicas: 1 });
      const writes = createWrites(harness().http);
      const [pod] = await vi.waitUntil(async () => {
        const there = await pods(namespace);
        return there.length > 0 && there;
      }, soon);
      if (pod === undefined) throw new Error('no pod');

      await writes.deletePod({ ...pod, uid: '00000000-0000-4000-8000-000000000000' });
      const kept = (await pods(namespace)).map(({ uid, deleting }) => [uid, deleting]);
      await writes.deletePod(pod);
      const next = await vi.waitUntil(
        async () => (await pods(namespace)).find(({ name, uid }) => name === pod.name && uid !== pod.uid),
        soon,
      );
      await writes.deletePod(pod);
      await writes.deletePod({ ...pod, name: 'gone' });

      expect(kept).toEqual([[pod.uid, false]]);
      expect((await pods(namespace)).find(({ uid }) => uid === next.uid)?.deleting).toBe(false);
    });
  });
}
