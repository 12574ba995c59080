import type { WorkloadKey } from '@keelson/core';
import { describe, expect, it, vi } from 'vitest';
import { fields, text } from '../../../src/fields.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { soon } from '../../support/soon.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { subject } from './subject.ts';

/** What the template annotations rely on. */
export function appliesOnTheServer(harness: () => Harness): void {
  const { read, given, settled } = subject(harness);

  function apply(
    key: WorkloadKey,
    manager: string,
    annotations: unknown,
    more: { force?: boolean; metadata?: unknown } = {},
  ) {
    return harness().http.request({
      method: 'PATCH',
      path: workloadPath(key),
      query: { fieldManager: manager, ...(more.force ? { force: true } : {}) },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'apps/v1',
        kind: key.kind,
        metadata: { name: key.name, namespace: key.namespace, ...fields(more.metadata) },
        spec: { template: { metadata: { annotations } } },
      },
    });
  }

  describe('server-side apply', () => {
    it('changes neither generation nor resourceVersion by an apply without a change', async () => {
      const key = await given('Deployment');
      await apply(key, 'keelson', { one: '1' });
      const { generation, resourceVersion } = await settled(key);

      const answer = fields(fields(await apply(key, 'keelson', { one: '1' })).metadata);

      expect(answer.generation).toBe(generation);
      expect(answer.resourceVersion).toBe(resourceVersion);
    });

    it('removes by an apply a key that its owner leaves out, and only then', async () => {
      const key = await given('Deployment', { templateAnnotations: { note: 'kept' } });
      await apply(key, 'keelson', { one: '1', two: '2' });

      await apply(key, 'keelson', { two: '2' });

      expect((await read(key)).workload.templateAnnotations).toEqual({ note: 'kept', two: '2' });
    });

    it('names the other field manager in a conflict of an apply, and takes the field when forced', async () => {
      const key = await given('Deployment');
      await apply(key, 'kustomize-controller', { one: 'kept' });

      const error = await apply(key, 'keelson', { one: 'ours' }).catch((reason: unknown) => reason);
      const unforced = (await read(key)).workload.templateAnnotations;
      await apply(key, 'keelson', { one: 'ours' }, { force: true });

      expect(error).toMatchObject({ code: 'conflict', status: 409, reason: 'Conflict' });
      expect(text(fields(error).message)).toContain('conflict with "kustomize-controller"');
      expect(unforced).toEqual({ one: 'kept' });
      const { workload, object } = await read(key);
      expect(workload.templateAnnotations).toEqual({ one: 'ours' });
      expect(managersOf(object)).toContain('keelson/Apply');
    });

    it('refuses an apply with an old resourceVersion or another uid', async () => {
      const key = await given('Deployment');
      await harness().edit(workloadPath(key), { metadata: { labels: { moved: 'on' } } });
      const { resourceVersion } = key;

      await expect(apply(key, 'keelson', { one: '1' }, { metadata: { resourceVersion } })).rejects.toMatchObject({
        status: 409,
      });
      const uid = '00000000-0000-4000-8000-000000000000';
      await expect(apply(key, 'keelson', { one: '1' }, { metadata: { uid } })).rejects.toMatchObject({
        status: 422,
        namesField: 'metadata.uid',
      });
    });

    it('starts new pods after an apply to the template', async () => {
      const key = await given('Deployment', { replicas: 1 });
      const revision = async () => (await read(key)).workload.annotations['deployment.kubernetes.io/revision'];
      await vi.waitUntil(async () => (await revision()) === '1', soon);

      await apply(key, 'keelson', { one: '1' });

      await vi.waitUntil(async () => (await revision()) !== '1', soon);
      expect(await revision()).toBe('2');
    });

    it('refuses a patch with a content type that is no patch', async () => {
      const key = await given('Deployment');
      const path = workloadPath(key);

      const sending = harness().http.request({ method: 'PATCH', path, contentType: 'application/json', body: {} });

      await expect(sending).rejects.toMatchObject({ status: 415 });
    });
  });
}
