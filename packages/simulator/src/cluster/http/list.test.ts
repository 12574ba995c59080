import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, wait } from '../test-client.ts';

const list = z.object({
  kind: z.string(),
  metadata: z.object({
    resourceVersion: z.string(),
    continue: z.string().optional(),
    remainingItemCount: z.number().optional(),
  }),
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })),
});
const collectionPath = '/api/v1/namespaces/lists/configmaps';
let cluster: SimulatedCluster;

const make = (name: string, labels = {}) => call(cluster, 'POST', collectionPath, { metadata: { name, labels } });
const get = async (query = '', path = collectionPath) =>
  list.parse((await call(cluster, 'GET', `${path}?${query}`)).body);
const names = ({ items }: z.infer<typeof list>) => items.map(({ metadata }) => metadata.name);

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 2 });
  await call(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'lists' } });
  for (const name of ['d', 'b', 'a', 'c']) await make(name, { set: name < 'c' ? 'first' : 'last' });
});
afterAll(() => cluster.stop());

describe('lists', () => {
  it('a list is ordered by name, and has its kind and the current version', async () => {
    const found = await get('labelSelector=set');

    expect(names(found)).toEqual(['a', 'b', 'c', 'd']);
    expect(found.kind).toBe('ConfigMapList');
    expect(found.items[0]).not.toHaveProperty('kind');
  });

  it('a list of custom resources has the kind in its items', async () => {
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/lists/kustomizations';
    await call(cluster, 'POST', path, { metadata: { name: 'apps' } });

    expect((await get('', path)).items).toMatchObject([{ kind: 'Kustomization' }]);
  });

  it.each([
    ['labelSelector=set%3Dfirst', ['a', 'b']],
    ['labelSelector=set%20in%20(last)', ['c', 'd']],
    ['fieldSelector=metadata.name%3Da', ['a']],
    ['fieldSelector=metadata.name!%3Da,metadata.namespace%3Dlists&labelSelector=set', ['b', 'c', 'd']],
  ])('a list with %s selects the matching objects', async (query, expected) => {
    expect(names(await get(query))).toEqual(expected);
  });

  it('a list selects pods by known fields, and refuses unknown ones', async () => {
    cluster.apply(deployment('web', 'web:1', { replicas: 2 }, 'lists'));
    const pods = '/api/v1/namespaces/lists/pods';
    await vi.waitUntil(async () => names(await get('fieldSelector=status.phase%3DRunning', pods)).length === 2, wait);

    expect(names(await get('fieldSelector=spec.nodeName%3Dnode-1', pods))).toHaveLength(1);
    expect(await call(cluster, 'GET', `${pods}?fieldSelector=spec.foo%3D1`)).toMatchObject({ status: 400 });
    expect((await call(cluster, 'GET', `${collectionPath}?fieldSelector=data.a%3D1`)).body['message']).toBe(
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('pages of a list show one state, whatever is written meanwhile', async () => {
    const first = await get('limit=2&labelSelector=set');
    await make('aa', { set: 'late' });
    await call(cluster, 'DELETE', `${collectionPath}/d`);

    const second = await get(`limit=2&labelSelector=set&continue=${first.metadata.continue}`);
    await make('d', { set: 'last' });
    await call(cluster, 'DELETE', `${collectionPath}/aa`);

    expect([names(first), names(second)]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it('a page gives the number of remaining items when no selector is used', async () => {
    const page = await get('limit=1');

    expect(page.metadata.remainingItemCount).toBe((await get()).items.length - 1);
    expect((await get('limit=1&labelSelector=set')).metadata).not.toHaveProperty('remainingItemCount');
  });

  it('a list of any version ignores the limit', async () => {
    expect((await get('limit=1&resourceVersion=0')).metadata).not.toHaveProperty('continue');
  });

  it('a list with Exact shows an earlier state', async () => {
    const { metadata } = await get();
    await make('later');

    const then = await get(`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`);
    const notOlder = await get(`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=NotOlderThan`);

    expect([names(then).includes('later'), names(notOlder).includes('later')]).toEqual([false, true]);
  });

  it('a list of an expired version gets 410, with a token to continue', async () => {
    const { metadata } = await get('limit=1&labelSelector=set');
    cluster.faults.expireResourceVersions();

    const exact = await call(
      cluster,
      'GET',
      `${collectionPath}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`,
    );
    const next = await call(
      cluster,
      'GET',
      `${collectionPath}?limit=1&labelSelector=set&continue=${metadata.continue}`,
    );
    const { continue: token } = z.object({ continue: z.string() }).parse(next.body['metadata']);

    expect([exact.status, next.status]).toEqual([410, 410]);
    expect(next.body).toMatchObject({
      reason: 'Expired',
      message: expect.stringContaining('The provided continue parameter is too old'),
    });
    expect(names(await get(`limit=1&labelSelector=set&continue=${token}`))).toEqual(['b']);
  });

  it.each([
    ['limit=x', 400],
    ['continue=zzz', 400],
    ['resourceVersion=abc', 400],
    ['resourceVersion=99999999', 504],
    ['resourceVersionMatch=Exact', 422],
    ['resourceVersionMatch=Exact&resourceVersion=0', 422],
    ['resourceVersionMatch=Zed&resourceVersion=1', 422],
    ['labelSelector=a%3D%3D%3Db', 400],
  ])('a list with %s is refused with %i', async (query, status) => {
    expect((await call(cluster, 'GET', `${collectionPath}?${query}`)).status).toBe(status);
  });

  it('a list spans namespaces, and is empty in a missing one', async () => {
    expect(names(await get('labelSelector=set', '/api/v1/configmaps'))).toEqual(['a', 'b', 'c', 'd']);
    expect(names(await get('', '/api/v1/namespaces/zz/configmaps'))).toEqual([]);
  });

  it('a list returns metadata only when that is requested', async () => {
    const headers = {
      authorization: `Bearer ${cluster.token}`,
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    };

    const response = await fetch(`${cluster.server}/api/v1/namespaces/lists/pods`, { headers });

    const found = list.parse(await response.json());
    expect(found.kind).toBe('PartialObjectMetadataList');
    expect(found.items[0]).not.toHaveProperty('spec');
  });
});
