import { connect } from '@keelson/kube';
import { startSimulatedCluster } from '@keelson/testkit';
import { describe, expect, it } from 'vitest';
import { makeReport, readCluster } from '../src/index.ts';
import { clusterCases } from './support/cluster-cases.ts';
import { line } from './support/found.ts';
import { FORCE, workload } from './support/manifests.ts';

describe('the simulated cluster', () => {
  clusterCases(() => startSimulatedCluster());
});

it('only reads', async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  cluster.apply(workload({ pod: ['imagePullSecrets: [{name: pull}]'] }));
  cluster.clearRequests();
  await readCluster(http);
  const methods = new Set(cluster.requests.map(({ method }) => method));
  await http.close();
  await cluster.stop();

  expect([...methods]).toEqual(['GET']);
});

it('takes a digest that Keelson wrote for no pin of git', async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const image = `registry.example.com/team/ops/shop:latest@sha256:${'a'.repeat(64)}`;
  cluster.apply(
    workload({ image, annotations: FORCE, container: ['readinessProbe: {}', 'livenessProbe: {}', 'startupProbe: {}'] }),
  );
  const report = makeReport('.', await readCluster(http), { readers: [] });
  await http.close();
  await cluster.stop();

  expect(report.findings.map(line)).toEqual([]);
});
