import { describe, expect, it } from 'vitest';
import { fields, list, text } from '../../src/fields.ts';
import { ConflictError, createWritePaths, markOf } from '../../src/index.ts';
import { workloadPath } from '../../src/objects/kinds.ts';
import { readWorkload } from '../../src/objects/workload.ts';
import type { ImageChange, Workload, WorkloadKey, WorkloadKind, WritePath } from '../../src/types.ts';
import { createImagePin } from '../../src/write/image-pin.ts';
import { createTemplateAnnotation } from '../../src/write/template-annotation.ts';
import type { Given } from '../support/objects.ts';
import { cronJob, daemonSet, deployment, digest, firstImage, statefulSet } from '../support/objects.ts';
import { until } from '../support/until.ts';
import type { Harness } from './harness.ts';
import { managersOf } from './harness.ts';

const kinds: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];
const makers = { Deployment: deployment, StatefulSet: statefulSet, DaemonSet: daemonSet, CronJob: cronJob };
const fluxLabels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const a = digest('a');
const b = digest('b');
const toA = { container: 'app', expected: firstImage, digest: a };

/** Law 3, on the wire: one field, under our name, guarded by what was read. */
export function writes(harness: () => Harness): void {
  async function read(key: WorkloadKey): Promise<{ readonly workload: Workload; readonly object: unknown }> {
    const object = await harness().http.request({ path: workloadPath(key) });
    const workload = readWorkload(key.kind, object);
    if (workload === undefined) throw new Error('not readable');
    return { workload, object };
  }

  async function given(kind: WorkloadKind, what: Given = {}): Promise<Workload> {
    const { namespace, create } = harness();
    const key = { namespace: await namespace(), kind, name: 'web' };
    await create(key.namespace, makers[kind]('web', { replicas: 0, ...what }));
    return settled(key);
  }

  /** The controller writes status after each change, which moves the resourceVersion: wait until it is done. */
  async function settled(key: WorkloadKey): Promise<Workload> {
    if (key.kind === 'CronJob') return (await read(key)).workload;
    return until('the controller', async () => {
      const { workload } = await read(key);
      const caughtUp = workload.status.observedGeneration === workload.generation;
      if (!caughtUp) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 100));
      const again = await read(key);
      return again.workload.resourceVersion === workload.resourceVersion && again.workload;
    });
  }

  /** Reads and writes until nothing comes between the two, as Keelson does. */
  function write(path: WritePath, key: WorkloadKey, changes: readonly ImageChange[]) {
    return until('a write between two writes of the controller', async () => {
      const before = await settled(key);
      try {
        return { before, result: await path.write(before, changes) };
      } catch (error) {
        if (error instanceof ConflictError) return undefined;
        throw error;
      }
    });
  }

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

  describe('pinning an image', () => {
    it.each(kinds)('changes that field of a %s and no other', async (kind) => {
      const workload = await given(kind, { sidecar: 'apps.test/team/proxy:1' });
      const before = await read(workload);

      const result = await createImagePin(harness().http).write(workload, [toA]);

      const after = await read(workload);
      expect(result).toMatchObject({ changed: true, generation: workload.generation + 1 });
      expect(after.workload.containers.map(({ image }) => image)).toEqual([
        `${firstImage}@${a}`,
        'apps.test/team/proxy:1',
      ]);
      const restored = JSON.parse(JSON.stringify(fields(after.object).spec).replace(`@${a}`, ''));
      expect(restored).toEqual(fields(before.object).spec);
      expect(markOf(after.workload, 'app')).toBe(a);
    });

    it('is recorded under our field manager', async () => {
      const workload = await given('Deployment');

      await createImagePin(harness().http).write(workload, [toA]);

      const { object } = await read(workload);
      expect(managersOf(object)).toContain('keelson/Update');
      const ours = list(fields(fields(object).metadata).managedFields)
        .map(fields)
        .find(({ manager }) => manager === 'keelson');
      expect(JSON.stringify(ours?.fieldsV1)).toContain('"f:image"');
      expect(JSON.stringify(ours?.fieldsV1)).not.toContain('f:replicas');
    });

    it('writes several containers, init ones too, in one go', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1', init: 'apps.test/team/setup:1' });
      const changes = [
        toA,
        { container: 'sidecar', expected: 'apps.test/team/proxy:1', digest: b },
        { container: 'setup', expected: 'apps.test/team/setup:1', digest: a },
      ];

      const result = await createImagePin(harness().http).write(workload, changes);

      expect(result.generation).toBe(workload.generation + 1);
      const images = (await read(workload)).workload.containers.map(({ image }) => image);
      expect(images).toEqual([`${firstImage}@${a}`, `apps.test/team/proxy:1@${b}`, `apps.test/team/setup:1@${a}`]);
    });

    it('replaces a digest that was there before', async () => {
      const workload = await given('Deployment', { image: `${firstImage}@${b}` });

      await createImagePin(harness().http).write(workload, [{ ...toA, expected: `${firstImage}@${b}` }]);

      expect((await read(workload)).workload.containers[0]?.image).toBe(`${firstImage}@${a}`);
    });

    it('sends nothing when the object carries it already', async () => {
      const workload = await given('Deployment');
      const path = createImagePin(harness().http);
      await path.write(workload, [toA]);
      const done = await settled(workload);

      const again = await path.write(done, [toA]);

      expect(again).toEqual({ changed: false, generation: done.generation, resourceVersion: done.resourceVersion });
    });

    it('keeps what somebody else changed between our reading and our writing', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1' });
      await harness().edit(workloadPath(workload), {
        metadata: { annotations: { note: 'theirs' } },
        spec: { replicas: 3, template: { metadata: { annotations: { note: 'theirs' } } } },
      });

      const { changed } = await createImagePin(harness().http).write(workload, [toA]);

      const after = await read(workload);
      expect(changed).toBe(true);
      expect(after.workload).toMatchObject({
        replicas: 3,
        annotations: { note: 'theirs' },
        templateAnnotations: { note: 'theirs' },
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
    ])('writes nothing when %s moved in between', async (_what, spec) => {
      const workload = await given('Deployment');
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } });
      const moved = await settled(workload);

      const writing = createImagePin(harness().http).write(workload, [toA]);

      await expect(writing).rejects.toBeInstanceOf(ConflictError);
      expect((await read(workload)).workload.containers).toEqual(moved.containers);
    });

    it('writes nothing into an object that was made anew under the same name', async () => {
      const workload = await given('Deployment');
      await harness().remove(workloadPath(workload));
      await until('the end', async () => {
        const created = await harness()
          .create(workload.namespace, deployment('web', { replicas: 0 }))
          .catch(() => false);
        return created !== false;
      });

      const writing = createImagePin(harness().http).write(workload, [toA]);

      await expect(writing).rejects.toBeInstanceOf(ConflictError);
    });

    it('tells a refused value from a conflict', async () => {
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

    it('says not-found for an object that is gone', async () => {
      const workload = await given('Deployment');

      const writing = createImagePin(harness().http).write({ ...workload, name: 'gone' }, [toA]);

      await expect(writing).rejects.toMatchObject({ code: 'not-found', status: 404, theirs: false });
    });
  });

  describe('annotating the pod template', () => {
    it.each(kinds)('carries the digest in a %s and leaves the image as it is', async (kind) => {
      const workload = await given(kind, { labels: fluxLabels, templateAnnotations: { theirs: 'kept' } });
      const path = createWritePaths(harness().http)(workload);

      const { before, result } = await write(path, workload, [toA]);

      const after = await read(workload);
      expect(path.name).toBe('template-annotation');
      expect(result).toMatchObject({ changed: true, generation: before.generation + 1 });
      expect(after.workload.containers).toEqual(workload.containers);
      expect(after.workload.templateAnnotations).toEqual({
        theirs: 'kept',
        'digest.keelson.sh/app': `${firstImage}@${a}`,
      });
      expect(managersOf(after.object)).toContain('keelson/Apply');
      expect(markOf(after.workload, 'app')).toBe(a);
    });

    it('keeps our other containers’ annotations, and drops those whose image moved on', async () => {
      const workload = await given('Deployment', { sidecar: 'apps.test/team/proxy:1' });
      const path = createTemplateAnnotation(harness().http);
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

    it('keeps what somebody else changed, by writing nothing until it was read again', async () => {
      const workload = await given('Deployment');
      const path = createTemplateAnnotation(harness().http);
      await harness().edit(workloadPath(workload), { spec: { replicas: 2 } });

      await expect(path.write(workload, [toA])).rejects.toBeInstanceOf(ConflictError);
      await write(path, workload, [toA]);

      const after = (await read(workload)).workload;
      expect(after.replicas).toBe(2);
      expect(markOf(after, 'app')).toBe(a);
    });

    it('sends nothing when the object carries it already', async () => {
      const workload = await given('Deployment');
      const path = createTemplateAnnotation(harness().http);
      await write(path, workload, [toA]);
      const done = await settled(workload);

      expect(await path.write(done, [toA])).toEqual({
        changed: false,
        generation: done.generation,
        resourceVersion: done.resourceVersion,
      });
    });

    it('neither writes into nor creates an object other than the one that was read', async () => {
      const workload = await given('Deployment');
      const path = createTemplateAnnotation(harness().http);
      const otherUid = '00000000-0000-4000-8000-000000000000';

      await expect(path.write({ ...workload, uid: otherUid }, [toA])).rejects.toBeInstanceOf(ConflictError);
      await expect(path.write({ ...workload, name: 'gone' }, [toA])).rejects.toBeInstanceOf(ConflictError);

      expect((await read(workload)).workload.templateAnnotations).toEqual({});
      await expect(read({ ...workload, name: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('server-side apply', () => {
    it('changes neither generation nor resourceVersion when nothing changes', async () => {
      const key = await given('Deployment');
      await apply(key, 'keelson', { one: '1' });
      const { generation, resourceVersion } = await settled(key);

      const answer = fields(fields(await apply(key, 'keelson', { one: '1' })).metadata);

      expect(answer.generation).toBe(generation);
      expect(answer.resourceVersion).toBe(resourceVersion);
    });

    it('removes a key that its owner leaves out, and only then', async () => {
      const key = await given('Deployment', { templateAnnotations: { theirs: 'kept' } });
      await apply(key, 'keelson', { one: '1', two: '2' });

      await apply(key, 'keelson', { two: '2' });

      expect((await read(key)).workload.templateAnnotations).toEqual({ theirs: 'kept', two: '2' });
    });

    it('names the other manager in a conflict, and takes the field when forced', async () => {
      const key = await given('Deployment');
      await apply(key, 'kustomize-controller', { one: 'theirs' });

      const error = await apply(key, 'keelson', { one: 'ours' }).catch((reason: unknown) => reason);
      const unforced = (await read(key)).workload.templateAnnotations;
      await apply(key, 'keelson', { one: 'ours' }, { force: true });

      expect(error).toMatchObject({ code: 'conflict', status: 409, reason: 'Conflict' });
      expect(text(fields(error).message)).toContain('conflict with "kustomize-controller"');
      expect(unforced).toEqual({ one: 'theirs' });
      const { workload, object } = await read(key);
      expect(workload.templateAnnotations).toEqual({ one: 'ours' });
      expect(managersOf(object)).toContain('keelson/Apply');
    });

    it('refuses an old resourceVersion and another uid', async () => {
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

    it('starts new pods, since the template changed', async () => {
      const key = await given('Deployment', { replicas: 1 });
      const revision = async () => (await read(key)).workload.annotations['deployment.kubernetes.io/revision'];
      await until('the first revision', async () => (await revision()) === '1');

      await apply(key, 'keelson', { one: '1' });

      await until('the second revision', async () => (await revision()) !== '1');
      expect(await revision()).toBe('2');
    });

    it('refuses a content type that is no patch', async () => {
      const key = await given('Deployment');
      const path = workloadPath(key);

      const sending = harness().http.request({ method: 'PATCH', path, contentType: 'application/json', body: {} });

      await expect(sending).rejects.toMatchObject({ status: 415 });
    });
  });
}
