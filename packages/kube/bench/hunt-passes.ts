import { parseArgs } from 'node:util';
import { startFlux, startSimulatedCluster } from '@keelson/simulator';
import { connect } from '../src/index.ts';
import { playPasses } from '../test/support/play-passes.ts';

/** `node bench/hunt-passes.ts --runs=1000 [--seed=1]`: plays that many sequences of passes and writes, and prints those that end otherwise. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const first = Number(values.seed);
const runs = Number(values.runs);
const perCluster = 100;

let objections = 0;
const from = performance.now();
for (let start = first; start < first + runs; start += perCluster) {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const flux = await startFlux(cluster);
  for (let seed = start; seed < Math.min(start + perCluster, first + runs); seed += 1) {
    const found = await playPasses({ cluster, flux, http, seed }).catch((error: unknown) => [
      `seed ${seed}`,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ]);
    if (found.length === 0) continue;
    objections += 1;
    process.stdout.write(`${found.join('\n  ')}\n`);
  }
  await flux.stop();
  await http.close();
  await cluster.stop();
}
const seconds = Math.round((performance.now() - from) / 1_000);
process.stdout.write(
  `${runs} sequences from seed ${first}: ${objections} ended otherwise than they have to, in ${seconds} s\n`,
);
