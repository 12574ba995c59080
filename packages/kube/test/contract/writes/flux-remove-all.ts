import { describe, expect, it } from 'vitest';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux } from './flux.ts';
import { subject, toA } from './subject.ts';
import { pathCase, prepare } from './write-paths.ts';

/** What Flux finds after Keelson removed all that it wrote: flux-live 6r, 14c. */
export function fluxRemovesAll(harness: () => Harness): void {
  const { read, settled, write } = subject(harness);
  const given = prepare(harness);
  const kustomization = flux(harness);
  describe('after removing all that Keelson wrote', () => {
    it('lets Flux apply what git has without changing anything once all was removed', async () => {
      const { workload, path } = await given(pathCase('flux-kustomization'));
      await write(path, workload, [toA], { state: 'one' });
      await createWrites(harness().http).removeAll(await settled(workload));
      const before = await settled(workload);

      const { kind, namespace, name } = workload;
      const spec = { template: { spec: { containers: [{ name: 'app', image: firstImage }] } } };
      const body = { apiVersion: 'apps/v1', kind, metadata: { namespace, name }, spec };
      await kustomization.applies(workloadPath(workload), body);

      expect((await read(workload)).workload.generation).toBe(before.generation);
    });
  });
}
