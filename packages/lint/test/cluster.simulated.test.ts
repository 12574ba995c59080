import { connect } from '@keelson/kube';
import { startSimulatedCluster } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { makeReport, readCluster } from '../src/index.ts';
import { clusterCases } from './support/cluster-cases.ts';
import { line } from './support/found.ts';
import { force, workload } from './support/manifests.ts';

describe('the simulated cluster', () => {
  clusterCases(() => startSimulatedCluster());
});

it('lint of a cluster sends GET requests only', async () => {
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

it('lint of a cluster ignores digests that Keelson wrote', async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const image = `registry.example.com/team/ops/shop:latest@sha256:${'a'.repeat(64)}`;
  cluster.apply(
    workload({ image, annotations: force, container: ['readinessProbe: {}', 'livenessProbe: {}', 'startupProbe: {}'] }),
  );
  const report = makeReport('.', await readCluster(http), { readers: [] });
  await http.close();
  await cluster.stop();

  expect(report.findings.map(line)).toEqual([]);
});

it('lint of a cluster reports what it may not read, and lints the rest', async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  cluster.apply(workload({ pod: ['imagePullSecrets: [{name: pull}]'], annotations: ['keel.sh/polcy: force'] }));
  cluster.faults.fail({ path: '/secrets/' }, { status: 403 });
  cluster.faults.fail({ path: '/cronjobs' }, { status: 403 });
  const report = makeReport('.', await readCluster(http), { readers: [] });
  cluster.faults.fail({ path: '/deployments' }, { status: 503 });
  const away = await readCluster(http).catch((error: unknown) => error);
  await http.close();
  await cluster.stop();

  expect(report.findings.map(line)).toEqual([
    'info not-allowed CronJob',
    'error unknown-annotation Deployment shop/shop',
    'info secret-unseen Deployment shop/shop',
  ]);
  expect(away).toMatchObject({ name: 'KubeError', code: 'unavailable' });
});

it("lint of a cluster finds what a Kustomization applies by Flux' labels", async () => {
  const cluster = await startSimulatedCluster();
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const group = 'kustomize.toolkit.fluxcd.io';
  const labels = [`${group}/name: shop`, `${group}/namespace: flux-system`];
  cluster.apply(workload({ labels }));
  for (const name of ['shop', 'other']) {
    const metadata = { name, namespace: 'flux-system' };
    cluster.apply({
      apiVersion: `${group}/v1`,
      kind: 'Kustomization',
      metadata,
      spec: { force: true, path: './shop' },
    });
  }
  const report = makeReport('.', await readCluster(http), { readers: [] });
  await http.close();
  await cluster.stop();

  expect(report.findings.filter(({ code }) => code === 'flux-force').map(line)).toEqual([
    'warning flux-force Kustomization flux-system/shop',
  ]);
});
