import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '../kubelet/outcome.ts';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, podTemplate, wait } from '../test-client.ts';

const pod = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({ nodeName: z.string().optional(), containers: z.array(z.looseObject({ image: z.string() })) }),
  status: z.looseObject({ phase: z.string() }),
});
const byText = (a: string, b: string) => a.localeCompare(b);
const hash = 'controller-revision-hash';
const outcomes = new Map<string, Outcome>([
  ['fails', 'crash'],
  ['job', 'complete'],
]);
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({
    nodes: 3,
    times: { pullMs: 2, readyMs: 5, backoffMs: 50, killMs: 5 },
    outcome: (image) => outcomes.get(/[^:]+$/.exec(image)?.[0] ?? '') ?? 'ready',
  });
});
afterAll(() => cluster.stop());

async function pods(app: string) {
  const { body } = await call(cluster, 'GET', `/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`);
  return z.array(pod).parse(body['items']);
}

function set(kind: 'StatefulSet' | 'DaemonSet', name: string, image: string, spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: podTemplate({ app: name }, image), ...spec },
  };
}

const status = (kind: string, name: string) =>
  z.looseObject({}).parse(cluster.get('apps/v1', kind, 'default', name)?.['status']);
const images = async (app: string) => (await pods(app)).map((each) => each.spec.containers[0]?.image);

describe('a StatefulSet', () => {
  it('a StatefulSet creates its pods one after another, by ordinal', async () => {
    cluster.apply(set('StatefulSet', 'ordered', 'db:1', { replicas: 3, serviceName: 'db' }));

    await vi.waitUntil(() => status('StatefulSet', 'ordered')['availableReplicas'] === 3, wait);

    const found = await pods('ordered');
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['ordered-0', 'ordered-1', 'ordered-2']);
    expect(found[1]?.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'ordered-1',
      'apps.kubernetes.io/pod-index': '1',
    });
    const now = status('StatefulSet', 'ordered');
    expect(now).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      observedGeneration: 1,
    });
    expect(found[0]?.metadata.labels[hash]).toBe(now['updateRevision']);
  });

  it('a StatefulSet rolls out from its highest pod down to the partition', async () => {
    cluster.apply(
      set('StatefulSet', 'partial', 'db:1', {
        replicas: 3,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      }),
    );
    await vi.waitUntil(() => status('StatefulSet', 'partial')['availableReplicas'] === 3, wait);
    const before = status('StatefulSet', 'partial')['currentRevision'];

    cluster.apply(
      set('StatefulSet', 'partial', 'db:2', {
        replicas: 3,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      }),
    );
    await vi.waitUntil(
      () =>
        status('StatefulSet', 'partial')['updatedReplicas'] === 2 &&
        status('StatefulSet', 'partial')['availableReplicas'] === 3,
      wait,
    );

    expect(await images('partial')).toEqual(['db:1', 'db:2', 'db:2']);
    const now = status('StatefulSet', 'partial');
    expect([now['currentRevision'], now['currentReplicas']]).toEqual([before, 1]);
    expect(now['updateRevision']).not.toBe(before);
  });

  it('a StatefulSet waits for a new pod that does not become ready', async () => {
    cluster.apply(set('StatefulSet', 'stuck', 'db:1', { replicas: 2 }));
    await vi.waitUntil(() => status('StatefulSet', 'stuck')['availableReplicas'] === 2, wait);

    cluster.apply(set('StatefulSet', 'stuck', 'db:fails', { replicas: 2 }));
    await vi.waitUntil(async () => JSON.stringify(await pods('stuck')).includes('CrashLoopBackOff'), wait);

    expect(await images('stuck')).toEqual(['db:1', 'db:fails']);
  });

  it('a StatefulSet scales down from its highest pod', async () => {
    cluster.apply(set('StatefulSet', 'shrinks', 'db:1', { replicas: 3 }));
    await vi.waitUntil(() => status('StatefulSet', 'shrinks')['availableReplicas'] === 3, wait);

    cluster.apply(set('StatefulSet', 'shrinks', 'db:1', { replicas: 1 }));

    await vi.waitUntil(async () => (await pods('shrinks')).length === 1, wait);
    expect((await pods('shrinks'))[0]?.metadata.name).toBe('shrinks-0');
  });
});

describe('a DaemonSet', () => {
  it('a DaemonSet runs one pod on each node', async () => {
    cluster.apply(set('DaemonSet', 'agent', 'agent:1'));

    await vi.waitUntil(() => status('DaemonSet', 'agent')['numberAvailable'] === 3, wait);

    expect((await pods('agent')).map(({ spec }) => spec.nodeName ?? '').toSorted(byText)).toEqual([
      'node-1',
      'node-2',
      'node-3',
    ]);
    expect(status('DaemonSet', 'agent')).toMatchObject({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
    });
  });

  it('a DaemonSet rolls out one pod after another, each with the hash of its revision', async () => {
    cluster.apply(set('DaemonSet', 'rolling', 'agent:1'));
    await vi.waitUntil(() => status('DaemonSet', 'rolling')['numberAvailable'] === 3, wait);
    const lowest: number[] = [];

    cluster.apply(set('DaemonSet', 'rolling', 'agent:2'));
    await vi.waitUntil(() => {
      const now = status('DaemonSet', 'rolling');
      lowest.push(Number(now['numberAvailable'] ?? 0));
      return now['updatedNumberScheduled'] === 3 && now['numberAvailable'] === 3 && now['observedGeneration'] === 2;
    }, wait);

    expect(await images('rolling')).toEqual(['agent:2', 'agent:2', 'agent:2']);
    expect(Math.min(...lowest)).toBeGreaterThanOrEqual(2);
    expect(new Set((await pods('rolling')).map(({ metadata }) => metadata.labels[hash])).size).toBe(1);
  });

  it('a DaemonSet runs a pod on a node that joins', async () => {
    cluster.apply(
      set('DaemonSet', 'grows', 'agent:1', {
        template: podTemplate({ app: 'grows' }, 'agent:1', { nodeSelector: { disk: 'ssd' } }),
      }),
    );
    await vi.waitUntil(() => status('DaemonSet', 'grows')['observedGeneration'] === 1, wait);
    expect(await pods('grows')).toEqual([]);

    await call(
      cluster,
      'PATCH',
      '/api/v1/nodes/node-2',
      { metadata: { labels: { disk: 'ssd' } } },
      'application/merge-patch+json',
    );

    await vi.waitUntil(async () => (await pods('grows'))[0]?.status.phase === 'Running', wait);
    expect((await pods('grows'))[0]?.spec.nodeName).toBe('node-2');
  });
});

describe('a Job', () => {
  const job = (name: string, image: string, spec: Record<string, unknown> = {}) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: podTemplate({ app: name }, image, { restartPolicy: 'Never' }), ...spec },
  });
  const jobStatus = (name: string) =>
    z.looseObject({}).parse(cluster.get('batch/v1', 'Job', 'default', name)?.['status'] ?? {});

  it('a Job runs until enough pods have succeeded', async () => {
    cluster.apply(job('works', 'task:job', { completions: 2 }));

    await vi.waitUntil(
      () => jobStatus('works')['succeeded'] === 2 && jobStatus('works')['conditions'] !== undefined,
      wait,
    );

    expect(jobStatus('works')).toMatchObject({
      conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }],
      completionTime: expect.any(String),
    });
    expect((await pods('works')).map(({ status: now }) => now.phase)).toEqual(['Succeeded', 'Succeeded']);
  });

  it('a Job fails after its backoff limit', async () => {
    cluster.apply(job('fails', 'task:fails', { backoffLimit: 1 }));

    await vi.waitUntil(() => JSON.stringify(jobStatus('fails')).includes('BackoffLimitExceeded'), wait);

    expect(jobStatus('fails')).toMatchObject({
      failed: 2,
      conditions: [{ type: 'FailureTarget' }, { type: 'Failed' }],
    });
  });

  it('a Job of a CronJob is created on demand and removed with it', async () => {
    const template = podTemplate({ app: 'nightly' }, 'task:job', { restartPolicy: 'Never' });
    cluster.apply({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly' },
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
    });

    const made = cluster.trigger('default', 'nightly');
    await vi.waitUntil(() => jobStatus(made.metadata.name)['succeeded'] === 1, wait);

    expect(made.metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'nightly', controller: true }]);
    await call(cluster, 'DELETE', '/apis/batch/v1/namespaces/default/cronjobs/nightly');
    await vi.waitUntil(() => cluster.get('batch/v1', 'Job', 'default', made.metadata.name) === undefined, wait);
    await vi.waitUntil(async () => (await pods('nightly')).length === 0, wait);
  });
});
