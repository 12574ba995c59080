import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call } from '../test-client.ts';

let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

describe('the server', () => {
  it.each(['/readyz', '/livez', '/healthz', '/version'])('the server serves %s without a token', async (path) => {
    expect((await fetch(cluster.server + path)).status).toBe(200);
  });

  it('the server refuses all other requests without the token', async () => {
    const anonymous = await fetch(`${cluster.server}/api/v1/namespaces/default/pods`);
    const wrong = await call({ ...cluster, token: 'wrong' }, 'GET', '/api/v1/pods');

    expect(anonymous.status).toBe(403);
    expect(await anonymous.json()).toMatchObject({
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    expect(wrong).toEqual({
      status: 401,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      },
    });
  });

  it('the server accepts only the new token after a rotation', async () => {
    const before = { server: cluster.server, token: cluster.token };
    cluster.rotateToken();

    expect((await call(before, 'GET', '/api/v1/pods')).status).toBe(401);
    expect((await call(cluster, 'GET', '/api/v1/pods')).status).toBe(200);
  });

  it.each([
    ['GET', '/nope', 404],
    ['GET', '/apis/nope/v1', 404],
    ['GET', '/apis/apps/v1/nopes', 404],
    ['GET', '/apis/apps/v1/namespaces/default/nopes/x', 404],
    ['GET', '/apis/apps/v1/namespaces/default/deployments/a/nope', 404],
    ['GET', '/apis/apps/v1/deployments/a', 404],
    ['POST', '/apis/apps/v1/namespaces/default/deployments/a', 405],
    ['DELETE', '/version', 405],
  ])('the server replies to %s %s with %i', async (method, path, status) => {
    expect((await call(cluster, method, path)).status).toBe(status);
  });

  it('the server lists its APIs in discovery', async () => {
    const groups = (await call(cluster, 'GET', '/apis')).body;
    const apps = (await call(cluster, 'GET', '/apis/apps/v1')).body;
    const core = (await call(cluster, 'GET', '/api/v1')).body;

    expect((await call(cluster, 'GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await call(cluster, 'GET', '/apis/batch')).body).toMatchObject({ kind: 'APIGroup', name: 'batch' });
    expect(groups).toMatchObject({
      kind: 'APIGroupList',
      groups: expect.arrayContaining([
        expect.objectContaining({ name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } }),
      ]),
    });
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
    expect(apps).toMatchObject({
      groupVersion: 'apps/v1',
      resources: expect.arrayContaining([
        expect.objectContaining({
          name: 'deployments',
          namespaced: true,
          kind: 'Deployment',
          verbs,
          shortNames: ['deploy'],
        }),
        expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling' }),
      ]),
    });
    expect(core['resources']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'pods/log', verbs: ['get'] })]),
    );
  });

  it('the server records its requests', async () => {
    cluster.clearRequests();
    await call(cluster, 'GET', '/api/v1/pods?limit=3');
    await call(cluster, 'PATCH', '/api/v1/namespaces/zz/pods/x', {}, 'application/merge-patch+json');

    expect(cluster.requests).toMatchObject([
      { method: 'GET', path: '/api/v1/pods', query: { limit: '3' }, status: 200, userAgent: 'tester/1.0 (test)' },
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/zz/pods/x',
        status: 404,
        contentType: 'application/merge-patch+json',
      },
    ]);
  });

  it('the server reads YAML 1.1, where y is a boolean', async () => {
    const path = '/api/v1/namespaces/default/configmaps';

    const made = await call(cluster, 'POST', path, 'metadata: {name: yaml}\ndata: {a: b}\n', 'application/yaml');
    const odd = await call(cluster, 'POST', path, 'metadata: {name: y}\n', 'application/yaml');
    const other = await call(cluster, 'POST', path, 'x', 'text/plain');

    expect([made.status, odd.status, other.status]).toEqual([201, 400, 415]);
  });
});
