import { parseArgs } from 'node:util';
import { runAll } from '../src/random/run-all.ts';
import { fluxSettings } from '../src/random/steps.ts';
import { startTestEnv } from '../src/test-env.ts';

/** `node bench/hunt.ts --rounds=20 [--real] [--seed=1] [--runs=8] [--setting=flux] [--only=3] [--at-once=12]`: looks for longer. */
const { values } = parseArgs({
  options: {
    real: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    runs: { type: 'string', default: '8' },
    setting: { type: 'string' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '12' },
    'apart-each': { type: 'string', default: '8' },
  },
});
const setting = fluxSettings.find((one) => one === values.setting);
if (values.setting !== undefined && !setting) throw new Error(`--setting is one of ${fluxSettings.join(', ')}.`);

for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = Number(values.seed) + 10 * round;
  const stage = await startTestEnv(values.real ? 'real' : 'simulated');
  const from = performance.now();
  try {
    const reports = await runAll(stage, {
      seed,
      runs: Number(values.runs),
      atOnce: Number(values['at-once']),
      apartEach: Number(values['apart-each']),
      ...(setting && { settings: [setting] }),
      ...(values.only !== undefined && { only: Number(values.only) }),
    });
    const seconds = Math.round((performance.now() - from) / 1_000);
    const heading = `seed ${seed}: ${reports.length} ended otherwise than they have to, in ${seconds} s`;
    process.stdout.write(`${[heading, ...reports].join('\n\n')}\n`);
  } finally {
    await stage.stop();
  }
}
