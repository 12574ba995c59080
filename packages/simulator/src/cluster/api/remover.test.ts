import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, wait } from '../test-client.ts';

const merge = 'application/merge-patch+json';
const path = '/apis/apps/v1/namespaces/default/deployments';
const maps = '/api/v1/namespaces/default/configmaps';
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ times: { pullMs: 0, readyMs: 0 } });
});
afterAll(() => cluster.stop());

const podsOf = async (app: string) => {
  const { body } = await call(cluster, 'GET', `/api/v1/namespaces/default/pods?labelSelector=app=${app}`);
  return Array.isArray(body['items']) ? body['items'].length : -1;
};

describe('deleting', () => {
  it('a deletion returns a Status and removes dependents', async () => {
    cluster.apply(deployment('cascade', 'cascade:1'));
    await vi.waitUntil(async () => (await podsOf('cascade')) === 1, wait);

    const deleted = await call(cluster, 'DELETE', `${path}/cascade`);

    expect(deleted.body).toMatchObject({
      status: 'Success',
      details: { name: 'cascade', group: 'apps', kind: 'deployments' },
    });
    await vi.waitUntil(async () => (await podsOf('cascade')) === 0, wait);
    expect((await call(cluster, 'GET', `${path}/cascade`)).status).toBe(404);
  });

  it('a deletion with Orphan keeps dependents', async () => {
    cluster.apply(deployment('orphan', 'orphan:1'));
    await vi.waitUntil(async () => (await podsOf('orphan')) === 1, wait);

    await call(cluster, 'DELETE', `${path}/orphan`, { propagationPolicy: 'Orphan' });

    const { body } = await call(
      cluster,
      'GET',
      '/apis/apps/v1/namespaces/default/replicasets?labelSelector=app=orphan',
    );
    expect(body['items']).toMatchObject([{ metadata: { ownerReferences: [] } }]);
    expect(await podsOf('orphan')).toBe(1);
  });

  it('a foreground deletion waits until the dependents are gone', async () => {
    cluster.apply(deployment('front', 'front:1'));
    await vi.waitUntil(async () => (await podsOf('front')) === 1, wait);

    const deleted = await call(cluster, 'DELETE', `${path}/front?propagationPolicy=Foreground`);

    expect(deleted.body['metadata']).toMatchObject({
      finalizers: ['foregroundDeletion'],
      deletionTimestamp: expect.any(String),
    });
    await vi.waitUntil(async () => (await call(cluster, 'GET', `${path}/front`)).status === 404, wait);
    expect(await podsOf('front')).toBe(0);
  });

  it('a deletion waits for finalizers', async () => {
    await call(cluster, 'POST', maps, { metadata: { name: 'held', finalizers: ['a/b'] } });

    const deleted = await call(cluster, 'DELETE', `${maps}/held`);
    const waiting = await call(cluster, 'GET', `${maps}/held`);
    await call(cluster, 'PATCH', `${maps}/held`, { metadata: { finalizers: null } }, merge);

    expect(deleted.body).toMatchObject({ kind: 'ConfigMap', metadata: { deletionTimestamp: expect.any(String) } });
    expect([waiting.status, (await call(cluster, 'GET', `${maps}/held`)).status]).toEqual([200, 404]);
  });

  it('a deleted pod has a grace period, and watches report it', async () => {
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'running' },
      spec: { containers: [{ name: 'a', image: 'a:1' }] },
    });
    const path = '/api/v1/namespaces/default/pods/running';
    await vi.waitUntil(async () => JSON.stringify((await call(cluster, 'GET', path)).body).includes('"Running"'), wait);

    const deleted = await call(cluster, 'DELETE', path);

    expect(deleted.body).toMatchObject({
      kind: 'Pod',
      metadata: { deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(String) },
    });
    await vi.waitUntil(async () => (await call(cluster, 'GET', path)).status === 404, wait);
  });

  it.each([
    ['uid', { uid: 'x' }, 'the UID in the precondition (x) does not match'],
    ['resourceVersion', { resourceVersion: '1' }, 'the ResourceVersion in the precondition (1) does not match'],
  ])('a deletion with another %s as its precondition is refused', async (_what, preconditions, message) => {
    await call(cluster, 'POST', maps, { metadata: { name: 'meant' } });

    const refused = await call(cluster, 'DELETE', `${maps}/meant`, { preconditions });

    expect(refused).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', message: expect.stringContaining(message) },
    });
  });

  it('a deletion with an unknown propagation policy is refused', async () => {
    expect((await call(cluster, 'DELETE', `${path}/any?propagationPolicy=Zed`)).status).toBe(422);
  });

  it('a deletion of a collection selects by labels', async () => {
    for (const name of ['one', 'two']) await call(cluster, 'POST', maps, { metadata: { name, labels: { set: 'x' } } });

    const deleted = await call(cluster, 'DELETE', `${maps}?labelSelector=set=x`);

    expect(deleted.body['items']).toHaveLength(2);
    expect((await call(cluster, 'GET', `${maps}/one`)).status).toBe(404);
  });

  it('a terminating namespace is emptied and accepts no new objects', async () => {
    cluster.apply(deployment('inside', 'inside:1', {}, 'leaving'));
    const pods = '/api/v1/namespaces/leaving/pods';
    const held = '/api/v1/namespaces/leaving/configmaps';
    await vi.waitUntil(async () => JSON.stringify((await call(cluster, 'GET', pods)).body).includes('"Running"'), wait);
    // Without it the namespace may be gone before the next request.
    await call(cluster, 'POST', held, { metadata: { name: 'held', finalizers: ['example.com/held'] } });

    const deleted = await call(cluster, 'DELETE', '/api/v1/namespaces/leaving');
    const late = await call(cluster, 'POST', held, { metadata: { name: 'late' } });
    await call(cluster, 'PATCH', `${held}/held`, { metadata: { finalizers: null } }, merge);

    expect(deleted.body).toMatchObject({ status: { phase: 'Terminating' } });
    expect(late).toMatchObject({ status: 403, body: { details: { causes: [{ reason: 'NamespaceTerminating' }] } } });
    await vi.waitUntil(async () => (await call(cluster, 'GET', '/api/v1/namespaces/leaving')).status === 404, wait);
  });
});
