import { describe, expect, it } from 'vitest';
import { createWrites } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { fluxLabels } from './flux.ts';
import { a, b, subject, toA } from './subject.ts';

const key = 'digest.keelson.sh/app';

/** A pin that a person took over, as `kubectl rollout undo` does: Flux strips what kubectl owns (flux-live 14a, 14b). */
export function takesBackPins(harness: () => Harness): void {
  const { read, given, write } = subject(harness);

  describe('a pin that another field manager wrote', () => {
    it('takes a pin back from another field manager by writing the same value, without a new revision', async () => {
      const workload = await given('Deployment', { labels: fluxLabels('flux-system') });
      const path = await createWrites(harness().http).pathFor(workload, 'forward');
      await write(path, workload, [{ ...toA, digest: b }]);
      const undo = { spec: { template: { metadata: { annotations: { [key]: `${firstImage}@${a}` } } } } };
      await harness().edit(workloadPath(workload), undo, 'kubectl-rollout');
      const taken = (await read(workload)).workload;

      const { before, result } = await write(path, workload, [toA]);

      expect(taken.writers[key]).toEqual([{ manager: 'kubectl-rollout', operation: 'Update' }]);
      expect(result).toMatchObject({ generation: before.generation, templateHash: taken.templateHash });
      const after = (await read(workload)).workload;
      expect(after.writers[key]).toContainEqual({ manager: 'keelson', operation: 'Apply' });
    });
  });
}
