import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, managersOf, versionOf } from '../test-client.ts';

const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const maps = '/api/v1/namespaces/default/configmaps';
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

const map = (name: string, data: unknown) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

describe('managedFields of Update-type writes', () => {
  it('managedFields name the User-Agent up to its slash, and own every created field, defaults too', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';

    const made = await call(
      cluster,
      'POST',
      path,
      deployment('all', 'all:1', {
        template: {
          metadata: { labels: { app: 'all' } },
          spec: {
            containers: [
              { name: 'app', image: 'all:1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
            ],
          },
        },
      }),
    );

    const container = {
      '.': {},
      'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
      'f:image': {},
      'f:imagePullPolicy': {},
      'f:name': {},
      'f:ports': {
        '.': {},
        'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
      },
      'f:resources': {},
      'f:terminationMessagePath': {},
      'f:terminationMessagePolicy': {},
    };
    const podSpec = {
      'f:containers': { 'k:{"name":"app"}': container },
      'f:dnsPolicy': {},
      'f:restartPolicy': {},
      'f:schedulerName': {},
      'f:securityContext': {},
      'f:terminationGracePeriodSeconds': {},
    };
    expect(managersOf(made.body)).toEqual({
      'tester/Update': {
        'f:spec': {
          'f:progressDeadlineSeconds': {},
          'f:replicas': {},
          'f:revisionHistoryLimit': {},
          'f:selector': {},
          'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
          'f:template': { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': podSpec },
        },
      },
    });
  });

  it('managedFields move a changed field to its new manager', async () => {
    await call(cluster, 'POST', maps, map('moves', { a: '1', b: '1' }));

    const changed = await call(cluster, 'PATCH', `${maps}/moves?fieldManager=keelson`, { data: { a: '2' } }, merge);

    expect(managersOf(changed.body)).toEqual({
      'keelson/Update': { 'f:data': { 'f:a': {} } },
      'tester/Update': { 'f:data': { '.': {}, 'f:b': {} } },
    });
  });

  it('managedFields lose a removed field', async () => {
    await call(cluster, 'POST', maps, map('goes', { a: '1', b: '1' }));

    const changed = await call(cluster, 'PATCH', `${maps}/goes?fieldManager=keelson`, { data: { a: null } }, merge);

    expect(managersOf(changed.body)).toEqual({ 'tester/Update': { 'f:data': { '.': {}, 'f:b': {} } } });
  });

  it('managedFields identify containers by name', async () => {
    cluster.apply(deployment('named', 'named:1'));
    const path = '/apis/apps/v1/namespaces/default/deployments/named?fieldManager=keelson';
    const body = { spec: { template: { spec: { containers: [{ name: 'app', image: 'named:2' }] } } } };

    const changed = await call(cluster, 'PATCH', path, body, strategic);

    const container = { 'k:{"name":"app"}': { 'f:image': {} } };
    expect(managersOf(changed.body)['keelson/Update']).toEqual({
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': container } } },
    });
  });

  it('managedFields do not change for a patch without an effect', async () => {
    const { body: before } = await call(cluster, 'POST', maps, map('same', { a: '1' }));

    const { body: after } = await call(
      cluster,
      'PATCH',
      `${maps}/same?fieldManager=other`,
      { data: { a: '1' } },
      merge,
    );

    expect(after).toEqual(before);
    expect(versionOf(after)).toBe(versionOf(before));
  });

  it('managedFields are not started for an object without them', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default';

    const changed = await call(cluster, 'PATCH', path, { metadata: { labels: { a: 'b' } } }, merge);

    expect(changed.body['metadata']).not.toHaveProperty('managedFields');
  });
});
