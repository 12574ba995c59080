import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../src/fields.ts';
import { fields, list } from '../../../src/fields.ts';
import { ConflictError, foreignHashOf, pinOf } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage, kinds } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { managersOf } from '../harness.ts';
import { flux } from './flux.ts';
import { helm } from './helm.ts';
import { a, b, subject, toA } from './subject.ts';
import type { PathCase } from './write-paths.ts';
import { prepare } from './write-paths.ts';

const sidecar = 'apps.test/team/proxy:1';
const stateKey = 'keelson.sh/state';

const counted = [
  'status',
  'managedFields',
  'generation',
  'resourceVersion',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];

/** The object without what a write may change, and without what the API server and the controllers count. */
function untouched(object: unknown, written: readonly string[] = []): unknown {
  const left = new Set([...counted, stateKey, 'digest.keelson.sh/app', ...written]);
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => {
    const empty = key === 'annotations' && Object.keys(fields(value)).length === 0;
    if (left.has(key) || empty) return undefined;
    return value === `${firstImage}@${a}` ? firstImage : value;
  });
}

function named(object: unknown, manager: string): readonly Fields[] {
  return list(fields(fields(object).metadata).managedFields)
    .map(fields)
    .filter((entry) => entry.manager === manager);
}

/** The laws of writing, over every write path. */
export function everyPath(harness: () => Harness, cases: readonly PathCase[]): void {
  const { read, settled, write } = subject(harness);
  const owners = { Kustomization: flux(harness), HelmRelease: helm(harness) };
  /** Of the owner that has the entry. */
  const versionOf = async ({ entryIn }: PathCase, namespace: string) =>
    entryIn && (await owners[entryIn].read(namespace)).resourceVersion;
  const given = prepare(harness);

  describe.each(cases)('writing by $name', (pathCase) => {
    const { name } = pathCase;

    it.each(kinds)(`writes the digest by ${name} into a %s and nothing else (law 3)`, async (kind) => {
      const { workload, path } = await given(pathCase, kind, {
        sidecar,
        annotations: { note: 'kept' },
        templateAnnotations: { note: 'kept' },
      });
      const before = await read(workload);

      const { result } = await write(path, workload, [toA]);

      const after = await read(workload);
      expect(path.name).toBe(name);
      expect(result).toMatchObject({
        generation: before.workload.generation + 1,
        templateHash: after.workload.templateHash,
      });
      expect(result.templateHash).not.toBe(before.workload.templateHash);
      expect(foreignHashOf(result, ['app'])).toBe(foreignHashOf(before.workload, ['app']));
      expect(pinOf(after.workload, 'app')).toBe(a);
      expect(untouched(after.object, pathCase.annotationKeys)).toEqual(untouched(before.object));
    });

    it.each(kinds)(
      `writes by ${name} the state of a %s without other annotations in the same request`,
      async (kind) => {
        const { workload, path } = await given(pathCase, kind);

        const { before, result } = await write(path, workload, [toA], { state: '{"n":1}' });

        const after = (await read(workload)).workload;
        expect(after.annotations[stateKey]).toBe('{"n":1}');
        expect(result.generation).toBe(before.generation + 1);
        expect(pinOf(after, 'app')).toBe(a);
      },
    );

    it(`keeps the state when ${name} writes none, and writes a new one alone`, async () => {
      const { workload, path } = await given(pathCase);
      await write(path, workload, [toA], { state: 'one' });

      const next = await settled(workload);
      const image = next.containers[0]?.image ?? '';
      await write(path, workload, [{ ...toA, expected: image, digest: b }]);
      const kept = await settled(workload);
      const again = { ...toA, expected: kept.containers[0]?.image ?? '', digest: b };
      const { result } = await write(path, workload, [again], { state: 'two' });

      expect(kept.annotations[stateKey]).toBe('one');
      expect(result.templateHash).toBe(kept.templateHash);
      const after = (await read(workload)).workload;
      expect(after.annotations[stateKey]).toBe('two');
      expect(pinOf(after, 'app')).toBe(b);
    });

    it(`writes by ${name} under the field manager keelson (law 3)`, async () => {
      const { workload, path } = await given(pathCase);
      const before = await read(workload);

      await write(path, workload, [toA], { state: 'one' });

      const { object } = await read(workload);
      const news = managersOf(object).filter((manager) => !managersOf(before.object).includes(manager));
      expect(news).toEqual([name === 'template-annotation' ? 'keelson/Apply' : 'keelson/Update']);
      expect(JSON.stringify(named(object, 'keelson'))).not.toContain('f:replicas');
    });

    it(`keeps what another field manager changes between read and write by ${name} (law 3)`, async () => {
      const { workload, path } = await given(pathCase);
      await harness().edit(workloadPath(workload), {
        metadata: { annotations: { note: 'kept' }, labels: { note: 'kept' } },
        spec: { replicas: 3, template: { metadata: { annotations: { note: 'kept' } } } },
      });

      await path.write(workload, [toA], { state: 'one' }).catch((error: unknown) => {
        if (!(error instanceof ConflictError)) throw error;
        return write(path, workload, [toA], { state: 'one' });
      });

      const after = (await read(workload)).workload;
      expect(after).toMatchObject({
        replicas: 3,
        labels: { note: 'kept' },
        annotations: { note: 'kept', [stateKey]: 'one' },
        templateAnnotations: { note: 'kept' },
      });
      expect(pinOf(after, 'app')).toBe(a);
    });

    it(`writes nothing by ${name} into an object other than the one that was read`, async () => {
      const { workload, path } = await given(pathCase);
      const other = { ...workload, uid: '00000000-0000-4000-8000-000000000000' };

      await expect(path.write(other, [toA])).rejects.toBeInstanceOf(ConflictError);

      const after = (await read(workload)).workload;
      expect(after.containers).toEqual(workload.containers);
      expect(after.templateAnnotations).toEqual(workload.templateAnnotations);
    });

    it(`writes nothing by ${name} when the image changed in between`, async () => {
      const { workload, path } = await given(pathCase);
      const spec = { containers: [{ name: 'app', image: 'apps.test/team/web:v2' }] };
      await harness().edit(workloadPath(workload), { spec: { template: { spec } } });
      const moved = await settled(workload);

      await expect(path.write(workload, [toA])).rejects.toBeInstanceOf(ConflictError);
      await expect(path.write(moved, [toA])).rejects.toBeInstanceOf(ConflictError);

      const after = (await read(workload)).workload;
      expect(after.containers).toEqual(moved.containers);
      expect(after.templateAnnotations).toEqual(moved.templateAnnotations);
    });

    it(`writes nothing by ${name} the second time`, async () => {
      const { workload, path } = await given(pathCase);
      await write(path, workload, [toA], { state: 'one' });
      const done = await settled(workload);
      const before = await versionOf(pathCase, workload.namespace);

      const again = await path.write(done, [toA], { state: 'one' });

      expect(again).toMatchObject({ generation: done.generation, templateHash: done.templateHash });
      expect((await read(workload)).workload.resourceVersion).toBe(done.resourceVersion);
      expect(await versionOf(pathCase, workload.namespace)).toBe(before);
    });
  });
}
