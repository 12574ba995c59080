import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, podTemplate } from '../test-client.ts';

let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

const digest = `sha256:${'a'.repeat(64)}`;

function pod(name: string, image: string) {
  return { metadata: { name }, spec: { containers: [{ name: 'app', image }] } };
}

describe('defaults', () => {
  it.each([
    ['tagless', 'reg.local/app', 'Always'],
    ['latest', 'reg.local/app:latest', 'Always'],
    ['tagged', 'reg.local/app:1', 'IfNotPresent'],
    ['ported', 'reg.local:5000/app', 'Always'],
    ['pinned', `reg.local/app@${digest}`, 'IfNotPresent'],
    ['pinnedlatest', `reg.local/app:latest@${digest}`, 'Always'],
  ])('pod %s gets the default pull policy of its image %s: %s', async (name, image, policy) => {
    const { body } = await call(cluster, 'POST', '/api/v1/namespaces/default/pods', pod(name, image));

    expect(body['spec']).toMatchObject({ containers: [{ imagePullPolicy: policy }] });
  });

  it('a Deployment gets its defaults', async () => {
    const { body } = await call(
      cluster,
      'POST',
      '/apis/apps/v1/namespaces/default/deployments',
      deployment('web', 'web:1'),
    );

    expect(body['spec']).toEqual({
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'web:1',
              imagePullPolicy: 'IfNotPresent',
              resources: {},
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          schedulerName: 'default-scheduler',
        },
      },
    });
  });

  it('a pod gets a service account, its pull secrets and tolerations', async () => {
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await call(cluster, 'PATCH', account, { imagePullSecrets: [{ name: 'pull' }] }, 'application/merge-patch+json');

    const { body } = await call(cluster, 'POST', '/api/v1/namespaces/default/pods', pod('admitted', 'a:1'));

    expect(body['spec']).toMatchObject({
      serviceAccountName: 'default',
      imagePullSecrets: [{ name: 'pull' }],
      volumes: [{ projected: {} }],
      tolerations: [{ key: 'node.kubernetes.io/not-ready' }, { key: 'node.kubernetes.io/unreachable' }],
    });
    expect(body['status']).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  it('probes and volumes get their defaults, and empty fields are left out', async () => {
    const probe = { httpGet: { port: 80 } };
    const volumes = [{ name: 'v', configMap: { name: 'c' } }];
    const container = { name: 'app', image: 'a:1', readinessProbe: probe, env: [], resources: {} };
    const template = {
      metadata: { labels: { app: 'full' }, annotations: {} },
      spec: { containers: [container], volumes },
    };

    const { body } = await call(
      cluster,
      'POST',
      '/apis/apps/v1/namespaces/default/deployments',
      deployment('full', '', { template }),
    );

    const readinessProbe = {
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    };
    expect(body['spec']).toMatchObject({
      template: {
        spec: { containers: [{ readinessProbe, resources: {} }], volumes: [{ configMap: { defaultMode: 420 } }] },
      },
    });
    expect(body['spec']).not.toHaveProperty('template.spec.containers[0].env');
    expect(body['spec']).not.toHaveProperty('template.metadata.annotations');
  });

  it('a Flux Kustomization gets its defaults', async () => {
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations';

    const { body } = await call(cluster, 'POST', path, { metadata: { name: 'apps' }, spec: { prune: true } });

    expect(body).toMatchObject({ spec: { force: false, prune: true }, status: { observedGeneration: -1 } });
  });

  it('stringData of a Secret becomes data', async () => {
    const { body } = await call(cluster, 'POST', '/api/v1/namespaces/default/secrets', {
      metadata: { name: 's' },
      stringData: { a: 'b' },
    });

    expect(body).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } });
    expect(body).not.toHaveProperty('stringData');
  });

  it('a namespace gets a service account and the root certificate', async () => {
    await call(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'fresh' } });

    expect(cluster.get('v1', 'ServiceAccount', 'fresh', 'default')).toBeDefined();
    expect(cluster.get('v1', 'ConfigMap', 'fresh', 'kube-root-ca.crt')).toBeDefined();
    expect(cluster.get('v1', 'Namespace', '', 'fresh')).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'fresh' } },
      status: { phase: 'Active' },
    });
  });

  it.each([
    [
      'StatefulSet',
      'apps/v1',
      'statefulsets',
      {
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      },
    ],
    [
      'DaemonSet',
      'apps/v1',
      'daemonsets',
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } },
    ],
  ])('a %s gets its defaults', async (kind, apiVersion, plural, expected) => {
    const spec = {
      selector: { matchLabels: { app: 'x' } },
      template: podTemplate({ app: 'x' }, 'x:1'),
      serviceName: 'x',
    };

    const { body } = await call(cluster, 'POST', `/apis/${apiVersion}/namespaces/default/${plural}`, {
      apiVersion,
      kind,
      metadata: { name: 'x' },
      spec,
    });

    expect(body['spec']).toMatchObject(expected);
  });
});
