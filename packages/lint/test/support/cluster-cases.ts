import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeReport, readCluster } from '../../src/index.ts';
import { line } from './found.ts';

const pod = (container: object, more: object = {}) => ({
  metadata: { labels: { app: 'shop' } },
  spec: {
    containers: [{ name: 'app', image: 'registry.example.com/team/ops/shop:dev-staging', ...container }],
    ...more,
  },
});

const deployment = (name: string, annotations: Record<string, string>, template: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop', annotations },
  spec: { replicas: 1, selector: { matchLabels: { app: 'shop' } }, template },
});

const from = (name: string) => ({ name: name.toUpperCase(), valueFrom: { secretKeyRef: { name, key: 'k' } } });

const objects: readonly (readonly [string, object])[] = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
  [
    '/api/v1/namespaces/shop/secrets',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'there', namespace: 'shop' }, stringData: { k: 'hush' } },
  ],
  [
    '/apis/apps/v1/namespaces/shop/deployments',
    deployment(
      'shop',
      { 'keel.sh/policy': 'force', 'keel.sh/polcy': 'x', 'keel.sh/match-tag': 'true', 'keel.sh/trigger': 'poll' },
      pod({ env: [from('there'), from('away')] }, { imagePullSecrets: [{ name: 'pull' }] }),
    ),
  ],
];

/** What `keelson lint --cluster` finds, on the API server that `start` starts. */
export function clusterCases(start: () => Promise<{ readonly kubeconfig: string; stop(): Promise<void> }>): void {
  let cluster: Awaited<ReturnType<typeof start>>;
  let http: KubeHttp;

  beforeAll(async () => {
    cluster = await start();
    http = await connect({ kubeconfigText: cluster.kubeconfig });
    for (const [path, body] of objects) await http.request({ method: 'POST', path, body });
  });

  afterAll(async () => {
    await http.close();
    await cluster.stop();
  });

  it('lint of a cluster finds what lint of manifests finds, and missing Secrets', async () => {
    const read = await readCluster(http);
    const report = makeReport(http.server, read, { readers: [] });
    const ours = report.findings.filter(({ location }) => location.object === 'Deployment shop/shop');

    expect(ours.map(line)).toEqual([
      'error reuses-old-image Deployment shop/shop',
      'error secret-missing Deployment shop/shop',
      'error secret-missing Deployment shop/shop',
      'error unknown-annotation Deployment shop/shop',
      'warning missing-readiness-probe Deployment shop/shop',
      'info missing-liveness-probe Deployment shop/shop',
    ]);
    expect(ours.filter(({ code }) => code === 'secret-missing').map(({ message }) => message)).toEqual([
      'Deployment shop/shop needs the Secret pull to pull its images, and it does not exist.',
      'Deployment shop/shop needs the Secret away for AWAY of app, and it does not exist.',
    ]);
    expect(report.read).toMatchObject({ files: 0, followed: 1 });
    expect(JSON.stringify([report, [...read.subject.objects]])).not.toContain('hush');
  });
}
