import { startFlux, startSimulatedCluster } from '@keelson/simulator';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/index.ts';
import { playPasses } from './support/play-passes.ts';

/** Fixed seeds; `node bench/hunt-passes.ts` plays more of them. */
const seeds = Array.from({ length: 5 }, (_, index) => 1_000 + index);

it('whenever passes of Flux begin, apply and end, what Keelson writes into a Kustomization stays and is confirmed (law 9)', async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const flux = await startFlux(cluster);
  onTestFinished(async () => {
    await flux.stop();
    await http.close();
    await cluster.stop();
  });

  for (const seed of seeds) expect(await playPasses({ cluster, flux, http, seed })).toEqual([]);
});
