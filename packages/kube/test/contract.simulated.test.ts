import { pushImage, startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { fields, text } from '../src/fields.ts';
import { connect } from '../src/index.ts';
import type { ContractCluster } from './contract/harness.ts';
import { loggingHost, missingHost, outcomeByTag } from './contract/harness.ts';
import { clusterContract } from './contract.ts';

async function start(): Promise<ContractCluster> {
  const registry = await startRegistry();
  const lines = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  const labels = { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': lines.join('\n') };
  await pushImage(registry, 'team/web', 'latest', { labels });
  const cluster = await startSimulatedCluster({
    outcome: outcomeByTag,
    mirrors: { [missingHost]: 'http://127.0.0.1:1', [loggingHost]: registry.url },
    times: { backoffMs: 300 },
    bookmarkMs: 1_000,
  });
  return {
    kubeconfig: cluster.kubeconfig,
    server: cluster.server,
    quotas: false,
    async expired() {
      const path = '/apis/apps/v1/deployments';
      const http = await connect({ kubeconfigText: cluster.kubeconfig });
      const list = fields(await http.request({ path, query: { limit: 1 } }));
      await http.close();
      cluster.faults.expireResourceVersions();
      const resourceVersion = Number(text(fields(list.metadata).resourceVersion)) - 1;
      return { path, resourceVersion: String(resourceVersion) };
    },
    async stop() {
      await cluster.stop();
      await registry.stop();
    },
  };
}

clusterContract('the simulated one', start, { logs: true, roles: false });
