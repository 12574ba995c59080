import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { describe, expect, it, vi } from 'vitest';
import { createClusterReader, createClusterView } from '../../src/index.ts';
import { workloadPath } from '../../src/objects/kinds.ts';
import type { Workload } from '../../src/types.ts';
import { kinds, makers } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

const scaled: readonly WorkloadKind[] = ['Deployment', 'StatefulSet'];

/** How Keelson notices that another field manager changed the template during a rollout. */
export function templates(harness: () => Harness): void {
  async function get(key: WorkloadKey): Promise<Workload> {
    const workload = await createClusterReader(harness().http).readWorkload(key);
    if (workload === undefined) throw new Error('not there');
    return workload;
  }

  async function given(kind: WorkloadKind, replicas = 0): Promise<WorkloadKey> {
    const { namespace, create } = harness();
    const key = { namespace: await namespace(), kind, name: 'web' };
    await create(key.namespace, makers[kind]('web', { replicas }));
    return key;
  }

  const withEnv = (kind: WorkloadKind, env: unknown) => {
    const template = { spec: { containers: [{ name: 'app', image: 'apps.test/team/web:latest', env }] } };
    return { spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template } };
  };

  describe('the hash of a template', () => {
    it.each(kinds)(
      'hashes the template of a %s differently with another env, and the same again with the old one',
      async (kind) => {
        const { edit } = harness();
        const key = await given(kind);
        await edit(workloadPath(key), withEnv(kind, null));
        const before = await get(key);

        await edit(workloadPath(key), withEnv(kind, [{ name: 'COLOUR', value: 'blue' }]));
        const changed = await get(key);
        await edit(workloadPath(key), withEnv(kind, null));

        expect(changed.templateHash).not.toBe(before.templateHash);
        expect((await get(key)).templateHash).toBe(before.templateHash);
      },
    );

    it.each(kinds)(
      'hashes the template of a %s the same whatever the labels and annotations of the object',
      async (kind) => {
        const { edit } = harness();
        const key = await given(kind);
        const before = await get(key);

        await edit(workloadPath(key), { metadata: { labels: { tier: 'web' }, annotations: { note: 'new' } } });
        const after = await get(key);

        expect(after.resourceVersion).not.toBe(before.resourceVersion);
        expect(after.templateHash).toBe(before.templateHash);
      },
    );

    it.each(scaled)('hashes the template of a %s the same after status changes and scaling', async (kind) => {
      const { edit } = harness();
      const key = await given(kind, 1);
      const { templateHash } = await get(key);

      const rolledOut = await vi.waitUntil(async () => {
        const workload = await get(key);
        return workload.status.available === 1 && workload;
      }, soon);
      await edit(`${workloadPath(key)}/scale`, { spec: { replicas: 2 } });
      const more = await vi.waitUntil(async () => {
        const workload = await get(key);
        return workload.status.available === 2 && workload;
      }, soon);

      expect(rolledOut.templateHash).toBe(templateHash);
      expect(more).toMatchObject({ replicas: 2, templateHash });
    });

    it.each(kinds)('hashes the template of a %s the same whether listed, watched or read', async (kind) => {
      const { http } = harness();
      const key = await given(kind);
      const view = createClusterView(http, { namespaces: [key.namespace] });
      await view.start();
      const listed = view.workload(key);
      await harness().edit(workloadPath(key), { metadata: { labels: { tier: 'web' } } });
      const watched = await vi.waitUntil(() => {
        const workload = view.workload(key);
        return workload?.labels.tier === 'web' && workload;
      }, soon);
      await view.stop();

      const { templateHash } = await get(key);
      expect(listed?.templateHash).toBe(templateHash);
      expect(watched.templateHash).toBe(templateHash);
    });
  });

  describe('how new pods take the place of old ones', () => {
    it.each([
      ['Deployment', { strategy: { type: 'Recreate' } }, { strategy: 'Recreate' }],
      ['Deployment', {}, { strategy: 'RollingUpdate' }],
      ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, { strategy: 'OnDelete' }],
      ['DaemonSet', {}, { strategy: 'RollingUpdate' }],
      ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, { strategy: 'OnDelete' }],
      [
        'StatefulSet',
        { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
        { strategy: 'RollingUpdate', partition: 2 },
      ],
      ['StatefulSet', {}, { strategy: 'RollingUpdate', partition: 0 }],
    ] as const)('is read of a %s that says %j', async (kind, spec, expected) => {
      const { namespace, create } = harness();
      const key = { namespace: await namespace(), kind, name: 'web' };
      await create(key.namespace, makers[kind]('web', { replicas: 0, spec }));

      expect(await get(key)).toMatchObject(expected);
    });
  });
}
