import { expect } from 'vitest';
import { onClusters } from '../../src/on-clusters.ts';
import type { Plan } from '../../src/random/run-all.ts';
import { runAll } from '../../src/random/run-all.ts';

/** Fixed seeds; `node bench/hunt.ts` searches longer, and runs one sequence again by what a report names. */
const plans = {
  simulated: { seed: 400, runs: 2, atOnce: 4 },
  real: { seed: 360, runs: 1, settings: ['flux', 'flux-and-pin'], atOnce: 2, apartEach: 1 },
} as const satisfies Record<string, Plan>;

for (const cluster of ['simulated', 'real'] as const) {
  onClusters(
    'random sequences of pushes, edits and crashes',
    (it) => {
      it('after any random sequence the newest good push runs, what failed does not, and no edit is lost (laws 1, 4, 7 and 13)', {
        timeout: 2_400_000,
      }, async ({ env }) => {
        const reports = await runAll(env, plans[cluster]);
        expect(reports, `\n${reports.join('\n\n')}`).toEqual([]);
      });
    },
    { clusters: [cluster], flux: true, policy: 'by test' },
  );
}
