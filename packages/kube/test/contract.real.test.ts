import { startFlux } from '@keelson/simulator';
import { fluxCrds, fluxCrdsMissing, realClusterMissing, startRealCluster } from '@keelson/testkit';
import { fields, text } from '../src/fields.ts';
import { connect } from '../src/index.ts';
import type { ContractCluster } from './contract/harness.ts';
import { missingHost, outcomeByTag } from './contract/harness.ts';
import { clusterContract } from './contract.ts';

async function start(): Promise<ContractCluster> {
  const cluster = await startRealCluster();
  if (cluster === undefined) throw new Error(realClusterMissing());
  // Its kinds are what is wanted of it here; the contract writes by itself what Flux would.
  if (fluxCrdsMissing() === undefined) await (await startFlux(cluster, { crds: fluxCrds() })).stop();
  cluster.setOutcome((image) => (image.startsWith(`${missingHost}/`) ? 'nopull' : outcomeByTag(image)));
  return {
    kubeconfig: cluster.kubeconfig,
    server: cluster.server,
    access: cluster,
    quotas: true,
    async expired() {
      const http = await connect({ kubeconfigText: cluster.kubeconfig });
      const now = fields(await http.request({ path: '/api/v1/namespaces', query: { limit: 1 } }));
      await cluster.compact(text(fields(now.metadata).resourceVersion) ?? '');
      await http.close();
      // The API server answers most kinds from its cache, which forgets much later; events come straight from etcd.
      return { path: '/api/v1/events', resourceVersion: '1' };
    },
    stop: () => cluster.stop(),
  };
}

clusterContract('a real API server', start, {
  missing: realClusterMissing(),
  fluxMissing: fluxCrdsMissing(),
  logs: false,
  roles: true,
});
