import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { createClusterReader } from '../../src/index.ts';
import { apiVersionOf, templatePathOf, workloadPath } from '../../src/objects/kinds.ts';
import type { FieldWriter, Workload } from '../../src/types.ts';
import { digest, firstImage, kinds, makers } from '../support/objects.ts';
import type { Harness } from './harness.ts';

const key = 'digest.keelson.sh/app';
const stateKey = 'keelson.sh/state';
const pin = { metadata: { annotations: { [key]: `${firstImage}@${digest('a')}` } } };
const containers = (image: string) => ({ spec: { containers: [{ name: 'app', image }] } });

const applied = (manager: string): FieldWriter => ({ manager, operation: 'Apply' });
const updated = (manager: string): FieldWriter => ({ manager, operation: 'Update' });

/** The field managers of what Keelson writes. */
export function writers(harness: () => Harness): void {
  async function given(kind: WorkloadKind): Promise<WorkloadKey> {
    const { namespace, create } = harness();
    const workload = { namespace: await namespace(), kind, name: 'web' };
    await create(workload.namespace, makers[kind]('web', { replicas: 0, init: 'apps.test/setup:1' }));
    return workload;
  }

  async function get(workload: WorkloadKey): Promise<Workload['writers']> {
    const read = await createClusterReader(harness().http).readWorkload(workload);
    if (read === undefined) throw new Error('not there');
    return read.writers;
  }

  /** `{spec: {template}}`, or a CronJob's longer path. */
  const atTemplate = (kind: WorkloadKind, template: unknown) =>
    templatePathOf(kind)
      .toReversed()
      .reduce<unknown>((inner, name) => ({ [name]: inner }), template);

  function apply({ kind, namespace, name }: WorkloadKey, fieldManager: string, template: unknown) {
    const spec = atTemplate(kind, template);
    return harness().http.request({
      method: 'PATCH',
      path: workloadPath({ kind, namespace, name }),
      query: { fieldManager, force: true },
      contentType: 'application/apply-patch+yaml',
      body: Object.assign({ apiVersion: apiVersionOf(kind), kind, metadata: { name, namespace } }, spec),
    });
  }

  /** As `kubectl set image` sends it. */
  function strategic(workload: WorkloadKey, fieldManager: string, template: unknown) {
    return harness().http.request({
      method: 'PATCH',
      path: workloadPath(workload),
      query: { fieldManager },
      contentType: 'application/strategic-merge-patch+json',
      body: atTemplate(workload.kind, template),
    });
  }

  describe('the writers', () => {
    it.each(kinds)(
      'lists as field managers of a %s who created it, who applied a pin and who wrote the state',
      async (kind) => {
        const workload = await given(kind);

        await apply(workload, 'keelson', pin);
        await harness().edit(workloadPath(workload), { metadata: { annotations: { [stateKey]: '{}' } } }, 'keelson');

        expect(await get(workload)).toEqual({
          'image:app': [updated('other-manager')],
          'image:setup': [updated('other-manager')],
          [key]: [applied('keelson')],
          [stateKey]: [updated('keelson')],
        });
      },
    );

    it.each(kinds)('lists both who set the image of a %s and who applied the same image', async (kind) => {
      const workload = await given(kind);

      await apply(workload, 'kustomize-controller', containers(firstImage));

      const both = (await get(workload))['image:app'];
      expect(both).toHaveLength(2);
      expect(both).toEqual(expect.arrayContaining([applied('kustomize-controller'), updated('other-manager')]));
    });

    it.each(kinds)('lists only the last field manager of an image of a %s that was changed', async (kind) => {
      const workload = await given(kind);
      await apply(workload, 'kustomize-controller', containers(firstImage));

      await strategic(workload, 'kubectl-set', containers('apps.test/team/web:v2'));

      const after = await get(workload);
      expect(after['image:app']).toEqual([updated('kubectl-set')]);
      expect(after['image:setup']).toEqual([updated('other-manager')]);
    });

    it('lists the field manager that took a pin over by force', async () => {
      const workload = await given('Deployment');
      await apply(workload, 'keelson', pin);

      await apply(workload, 'kubectl', { metadata: { annotations: { [key]: 'another' } } });

      expect((await get(workload))[key]).toEqual([applied('kubectl')]);
    });

    it('lists the one field manager that changed a pin, and none once the pin was removed', async () => {
      const { edit } = harness();
      const workload = await given('Deployment');
      await apply(workload, 'keelson', pin);
      const path = workloadPath(workload);

      await edit(path, { spec: { template: { metadata: { annotations: { [key]: 'another' } } } } }, 'kubectl-annotate');
      const changed = await get(workload);
      await edit(path, { spec: { template: { metadata: { annotations: { [key]: null } } } } }, 'kubectl-annotate');

      expect(changed[key]).toEqual([updated('kubectl-annotate')]);
      expect(await get(workload)).not.toHaveProperty([key]);
    });

    it('ignores field managers of subresources', async () => {
      const { edit } = harness();
      const workload = await given('Deployment');

      await edit(`${workloadPath(workload)}/scale`, { spec: { replicas: 1 } }, 'an-autoscaler');

      expect(await get(workload)).toEqual({
        'image:app': [updated('other-manager')],
        'image:setup': [updated('other-manager')],
      });
    });
  });
}
