import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SimulatedCluster } from './options.ts';
import { startSimulatedCluster } from './start.ts';
import { call, deployment, wait } from './test-client.ts';

let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ token: 'known', times: { pullMs: 0, readyMs: 0 } });
});
afterAll(() => cluster.stop());

describe('a simulated cluster', () => {
  it('a simulated cluster gives its address, token and kubeconfig', () => {
    expect(cluster.token).toBe('known');
    expect(parse(cluster.kubeconfig)).toMatchObject({
      clusters: [{ cluster: { server: cluster.server, 'insecure-skip-tls-verify': true } }],
      users: [{ user: { token: 'known' } }],
      'current-context': 'simulated',
    });
  });

  it('a simulated cluster starts with the usual namespaces and ready nodes', async () => {
    const names = z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }));
    const namespaces = names.parse((await call(cluster, 'GET', '/api/v1/namespaces')).body['items']);

    expect(namespaces.map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(cluster.get('v1', 'Node', '', 'node-1')?.['status']).toMatchObject({
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
    });
  });

  it('a simulated cluster applies manifests of several documents with their namespaces, repeatedly', () => {
    const text = `
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: made}
data: {a: "1"}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
`;
    const first = cluster.apply(text);
    const second = cluster.apply(text);

    expect(first.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['made/one', 'default/two']);
    expect(second.map(({ metadata }) => metadata.resourceVersion)).toEqual(
      first.map(({ metadata }) => metadata.resourceVersion),
    );
    expect(() => cluster.apply({ apiVersion: 'x/v1', kind: 'Nope', metadata: { name: 'a' } })).toThrow(
      'no matches for kind "Nope"',
    );
  });

  it('a simulated cluster runs a thousand Deployments', async () => {
    const all = Array.from({ length: 1000 }, (_, index) =>
      deployment(`d${index}`, `web:${index}`, {}, `ns-${index % 10}`),
    );
    cluster.apply(all);
    const status = z.looseObject({ status: z.looseObject({ availableReplicas: z.number().optional() }) });

    await vi.waitUntil(
      () =>
        all.every(
          ({ metadata }) =>
            status.parse(cluster.get('apps/v1', 'Deployment', metadata.namespace, metadata.name)).status
              .availableReplicas === 1,
        ),
      { ...wait, timeout: 90_000 },
    );

    const { body } = await call(cluster, 'GET', '/api/v1/pods?fieldSelector=status.phase%3DRunning');
    expect(body['items']).toHaveLength(1000);
  });

  it('a simulated cluster that stops leaves nothing behind', async () => {
    const brief = await startSimulatedCluster();
    const { server } = brief;
    await brief.stop();

    await expect(fetch(`${server}/readyz`)).rejects.toThrow('fetch failed');
  });
});
