import type { WorkloadKind } from '@keelson/core';
import { describe, expect, it, vi } from 'vitest';
import { workloadPath } from '../../src/objects/kinds.ts';
import { kinds } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import { givenWorkloads } from './given-workloads.ts';
import type { Harness } from './harness.ts';

/** The generation of every kind, and what the controllers make of workloads that are not Deployments. */
export function otherWorkloads(harness: () => Harness): void {
  const { get, given, pods, rolledOut, setImage } = givenWorkloads(harness);

  describe('generation', () => {
    it.each(kinds)('raises the generation of a %s with its spec', async (kind) => {
      const key = await given(kind, undefined, 0);
      const { edit } = harness();
      const change =
        kind === 'CronJob' ? { schedule: '1 0 1 1 *' } : { template: { metadata: { labels: { more: 'yes' } } } };

      await edit(workloadPath(key), { spec: change });
      expect((await get(key)).generation).toBe(2);
      await edit(workloadPath(key), { spec: change });
      await edit(workloadPath(key), { metadata: { labels: { note: 'new' } } });

      expect((await get(key)).generation).toBe(2);
    });

    it('raises the generation of a Deployment with its annotations, and of no other kind', async () => {
      const { edit } = harness();
      const generations = new Map<WorkloadKind, number>();
      for (const kind of kinds) {
        const key = await given(kind, undefined, 0);
        await edit(workloadPath(key), { metadata: { annotations: { note: 'new' } } });
        generations.set(kind, (await get(key)).generation);
      }

      expect(Object.fromEntries(generations)).toEqual({ Deployment: 2, StatefulSet: 1, DaemonSet: 1, CronJob: 1 });
    });

    it('keeps the generation when controllers write status', async () => {
      const key = await given('Deployment');

      expect((await rolledOut(key)).generation).toBe(1);
    });
  });

  describe('a StatefulSet', () => {
    it('names the newest revision of a StatefulSet, which its new pods carry', async () => {
      const key = await given('StatefulSet', undefined, 2);
      const first = await rolledOut(key);
      await setImage(key, 'apps.test/team/web:next');

      const second = await rolledOut(key);

      expect(first.status.updateRevision).toMatch(/^web-/);
      expect(second.status.updateRevision).not.toBe(first.status.updateRevision);
      const made = await pods(key.namespace);
      expect(made.map(({ name }) => name).toSorted()).toEqual(['web-0', 'web-1']);
      for (const pod of made) {
        expect(pod.ownerUid).toBe(second.uid);
        expect(pod.labels['controller-revision-hash']).toBe(second.status.updateRevision);
      }
    });
  });

  describe('a DaemonSet', () => {
    it('runs a pod of a DaemonSet on each node, with its revision in the labels', async () => {
      const key = await given('DaemonSet');
      await rolledOut(key);
      const [before] = await pods(key.namespace);
      await setImage(key, 'apps.test/team/web:next');
      await rolledOut(key);

      const after = await vi.waitUntil(
        async () => (await pods(key.namespace)).find(({ uid, ready }) => uid !== before?.uid && ready),
        soon,
      );

      const workload = await get(key);
      expect(workload.replicas).toBe(1);
      expect(after.ownerUid).toBe(workload.uid);
      expect(before?.labels['pod-template-generation']).toBe('1');
      expect(after.labels['pod-template-generation']).toBe('2');
      expect(after.labels['controller-revision-hash']).not.toBe(before?.labels['controller-revision-hash']);
    });
  });

  describe('a CronJob', () => {
    it('reads the template of a CronJob below its jobTemplate', async () => {
      const key = await given('CronJob');

      const workload = await get(key);

      expect(workload).toMatchObject({ kind: 'CronJob', generation: 1, replicas: 0 });
      expect(workload.containers).toMatchObject([{ name: 'app', image: 'apps.test/team/web:latest', index: 0 }]);
      expect(workload).not.toHaveProperty('selector');
    });
  });
}
