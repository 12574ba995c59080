import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/random/play-all.ts';
import { playAll } from '../../src/random/play-all.ts';
import type { Stage, StageKind } from '../../src/stage.ts';
import { startStage } from '../../src/stage.ts';

/** Fixed seeds; `node bench/hunt.ts` looks for longer, and plays one sequence again by what a report names. */
const plans = {
  simulated: { seed: 400, runs: 4, atOnce: 6, apartEach: 4 },
  real: { seed: 20, runs: 2, atOnce: 3, apartEach: 2 },
} as const satisfies Record<StageKind, Plan>;

for (const kind of ['simulated', 'real'] as const) {
  const missing = kind === 'real' ? (realClusterMissing() ?? fluxCrdsMissing()) : undefined;
  const title = `whatever happens, and in whichever order (${kind} cluster${missing === undefined ? '' : `: skipped, ${missing}`})`;

  describe.skipIf(missing !== undefined)(title, () => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      stage = await startStage(kind);
    });
    afterAll(async () => stage?.stop());

    it('the newest good push runs, what failed does not, and nobody lost anything', { timeout: 600_000 }, async () => {
      if (!stage) throw new Error('The stage did not start.');
      const reports = await playAll(stage, plans[kind]);
      expect(reports, `\n${reports.join('\n\n')}`).toEqual([]);
    });
  });
}
