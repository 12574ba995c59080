import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '../../kubelet/outcome.ts';
import type { SimulatedCluster } from '../../options.ts';
import { startSimulatedCluster } from '../../start.ts';
import { call, deployment, wait } from '../../test-client.ts';

const revision = 'deployment.kubernetes.io/revision';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const mergePatchType = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';

const item = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    generation: z.number().default(0),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({
    replicas: z.number().default(0),
    containers: z.array(z.looseObject({ image: z.string() })).default([]),
  }),
  status: z.looseObject({
    observedGeneration: z.number().default(0),
    replicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    readyReplicas: z.number().default(0),
    availableReplicas: z.number().default(0),
    unavailableReplicas: z.number().default(0),
    conditions: z
      .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().optional() }))
      .default([]),
  }),
});
type Item = z.infer<typeof item>;
let cluster: SimulatedCluster;

/** The tag decides the outcome of its containers. */
function byTag(image: string): Outcome {
  const tag = /:(crash|unready)/.exec(image)?.[1];
  return tag === 'crash' || tag === 'unready' ? tag : 'ready';
}

beforeAll(async () => {
  cluster = await startSimulatedCluster({
    times: { pullMs: 2, readyMs: 5, backoffMs: 200, killMs: 5 },
    outcome: byTag,
    nodes: 2,
  });
});
afterAll(() => cluster.stop());

async function items(path: string, app: string): Promise<Item[]> {
  const { body } = await call(cluster, 'GET', `${path}?labelSelector=app%3D${app}`);
  return z.array(item).parse(body['items']);
}

const get = async (name: string) => item.parse((await call(cluster, 'GET', `${deployments}/${name}`)).body);
const replicaSets = (app: string) => items('/apis/apps/v1/namespaces/default/replicasets', app);
const pods = async (app: string) =>
  (await items('/api/v1/namespaces/default/pods', app)).filter((pod) => pod.metadata.deletionTimestamp === undefined);
const reason = (of: Item, type: string) => of.status.conditions.find((each) => each.type === type)?.reason;
const merge = (name: string, body: unknown) => call(cluster, 'PATCH', `${deployments}/${name}`, body, mergePatchType);

function setImage(name: string, image: string) {
  return call(
    cluster,
    'PATCH',
    `${deployments}/${name}`,
    { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
    strategic,
  );
}

/** The Deployment, once it is rolled out by the conditions of `kubectl rollout status`. */
function rolledOut(name: string): Promise<Item> {
  return vi.waitUntil(async () => {
    const found = await get(name);
    const { observedGeneration, updatedReplicas, replicas, availableReplicas } = found.status;
    const done =
      observedGeneration >= found.metadata.generation &&
      [updatedReplicas, replicas, availableReplicas].every((each) => each === found.spec.replicas);
    return done && reason(found, 'Progressing') === 'NewReplicaSetAvailable' ? found : undefined;
  }, wait);
}

describe('a Deployment', () => {
  it('a Deployment creates a ReplicaSet with the hash of its template, and pods', async () => {
    cluster.apply({
      ...deployment('first', 'web:1', { replicas: 3 }),
      metadata: { name: 'first', annotations: { 'keel.sh/policy': 'force' } },
    });

    const found = await rolledOut('first');

    const [set] = await replicaSets('first');
    const hash = set?.metadata.labels['pod-template-hash'];
    expect(set).toMatchObject({
      metadata: {
        name: `first-${hash}`,
        annotations: { [revision]: '1', 'keel.sh/policy': 'force', 'deployment.kubernetes.io/desired-replicas': '3' },
      },
      spec: { replicas: 3, selector: { matchLabels: { app: 'first', 'pod-template-hash': hash } } },
      status: { readyReplicas: 3, availableReplicas: 3, observedGeneration: 1 },
    });
    expect((await pods('first')).map((pod) => pod.metadata.labels['pod-template-hash'])).toEqual([hash, hash, hash]);
    expect(found.metadata.annotations[revision]).toBe('1');
    expect(found.status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      unavailableReplicas: 0,
    });
    expect(reason(found, 'Available')).toBe('MinimumReplicasAvailable');
  });

  it('a rollout never exceeds its surge, and keeps enough pods available', async () => {
    cluster.apply(deployment('rolls', 'web:1', { replicas: 4 }));
    await rolledOut('rolls');
    await setImage('rolls', 'web:2');
    const seen: Item[] = [];

    await vi.waitUntil(async () => {
      seen.push(await get('rolls'));
      const last = seen.at(-1);
      return (
        last !== undefined &&
        last.status.updatedReplicas === 4 &&
        last.status.replicas === 4 &&
        last.status.availableReplicas === 4
      );
    }, wait);

    expect(Math.max(...seen.map(({ status }) => status.replicas))).toBeLessThanOrEqual(5);
    expect(Math.min(...seen.map(({ status }) => status.availableReplicas))).toBeGreaterThanOrEqual(3);
    const sets = await replicaSets('rolls');
    expect(Object.fromEntries(sets.map((set) => [set.metadata.annotations[revision], set.spec.replicas]))).toEqual({
      1: 0,
      2: 4,
    });
    expect((await get('rolls')).metadata.annotations[revision]).toBe('2');
  });

  it('a Deployment keeps its good pods while the new one fails, and its condition says so', async () => {
    cluster.apply(deployment('broken', 'web:1', { replicas: 2, progressDeadlineSeconds: 1 }));
    await rolledOut('broken');
    const started = (await setImage('broken', 'web:crash')).body;

    const failed = await vi.waitUntil(async () => {
      const now = await get('broken');
      return reason(now, 'Progressing') === 'ProgressDeadlineExceeded' && now;
    }, wait);

    expect(started['metadata']).toMatchObject({ generation: 2 });
    expect(failed.status.conditions.find(({ type }) => type === 'Progressing')?.status).toBe('False');
    expect(failed.status).toMatchObject({
      availableReplicas: 2,
      updatedReplicas: 1,
      replicas: 3,
      unavailableReplicas: 1,
    });
    expect(reason(failed, 'Available')).toBe('MinimumReplicasAvailable');
  });

  it('a rollback scales up the old ReplicaSet under a new revision', async () => {
    cluster.apply(deployment('back', 'web:1', { replicas: 2 }));
    await rolledOut('back');
    const [first] = await replicaSets('back');
    await setImage('back', 'web:unready');
    await vi.waitUntil(async () => (await replicaSets('back')).length === 2, wait);

    await setImage('back', 'web:1');
    const returned = await rolledOut('back');

    const sets = await replicaSets('back');
    const again = sets.find((set) => set.metadata.name === first?.metadata.name);
    expect(sets).toHaveLength(2);
    expect(again).toMatchObject({
      spec: { replicas: 2 },
      metadata: { annotations: { [revision]: '3', 'deployment.kubernetes.io/revision-history': '1' } },
    });
    expect(returned.metadata.annotations[revision]).toBe('3');
  });

  it('an annotation of the template starts a rollout, and one of the Deployment does not', async () => {
    cluster.apply(deployment('annotated', 'web:1'));
    await rolledOut('annotated');

    await merge('annotated', { metadata: { annotations: { a: 'b' } } });
    await rolledOut('annotated');
    expect(await replicaSets('annotated')).toHaveLength(1);
    await merge('annotated', { spec: { template: { metadata: { annotations: { a: 'b' } } } } });
    await rolledOut('annotated');

    expect(await replicaSets('annotated')).toHaveLength(2);
  });

  it('a Deployment with Recreate never runs old and new pods at once', async () => {
    cluster.apply(deployment('recreate', 'web:1', { replicas: 2, strategy: { type: 'Recreate' } }));
    await rolledOut('recreate');
    await setImage('recreate', 'web:2');
    const images = new Set<string>();

    await vi.waitUntil(async () => {
      const now = await items('/api/v1/namespaces/default/pods', 'recreate');
      images.add([...new Set(now.map((pod) => pod.spec.containers[0]?.image ?? ''))].join('+'));
      const found = await get('recreate');
      return (
        found.status.observedGeneration === 2 &&
        found.status.updatedReplicas === 2 &&
        found.status.availableReplicas === 2
      );
    }, wait);

    expect([...images].filter((each) => each.includes('+'))).toEqual([]);
    expect(images).toContain('web:2');
  });

  it('a Deployment scales without a new revision', async () => {
    cluster.apply(deployment('scales', 'web:1'));
    await rolledOut('scales');
    await merge('scales', { spec: { replicas: 3 } });
    expect((await rolledOut('scales')).status.replicas).toBe(3);
    await merge('scales', { spec: { replicas: 0 } });

    await vi.waitUntil(async () => (await pods('scales')).length === 0, wait);
    expect((await rolledOut('scales')).metadata.annotations[revision]).toBe('1');
  });

  it('a paused Deployment scales but does not roll out until it is resumed', async () => {
    cluster.apply(deployment('paused', 'web:1'));
    await rolledOut('paused');
    await merge('paused', { spec: { paused: true } });
    await vi.waitUntil(async () => reason(await get('paused'), 'Progressing') === 'DeploymentPaused', wait);

    await setImage('paused', 'web:2');
    await vi.waitUntil(async () => (await get('paused')).status.observedGeneration === 3, wait);
    expect(await replicaSets('paused')).toHaveLength(1);
    await merge('paused', { spec: { paused: false } });

    await vi.waitUntil(async () => (await replicaSets('paused')).length === 2, wait);
  });

  it('a pod counts as available only after minReadySeconds', async () => {
    cluster.apply(deployment('slow', 'web:1', { minReadySeconds: 1 }));
    const ready = await vi.waitUntil(async () => {
      const now = await get('slow');
      return now.status.readyReplicas === 1 && now;
    }, wait);

    expect(ready.status.availableReplicas).toBe(0);
    expect((await rolledOut('slow')).status.availableReplicas).toBe(1);
  });

  it('a Deployment replaces a deleted pod', async () => {
    cluster.apply(deployment('heals', 'web:1'));
    await rolledOut('heals');
    const [before] = await pods('heals');
    await call(cluster, 'DELETE', `/api/v1/namespaces/default/pods/${before?.metadata.name}`);

    await vi.waitUntil(
      async () => (await pods('heals')).some((pod) => pod.metadata.name !== before?.metadata.name),
      wait,
    );
    expect((await rolledOut('heals')).status.availableReplicas).toBe(1);
  });

  it('a Deployment keeps revisionHistoryLimit old ReplicaSets', async () => {
    cluster.apply(deployment('history', 'web:1', { revisionHistoryLimit: 1 }));
    for (const image of ['web:2', 'web:3', 'web:4']) {
      await rolledOut('history');
      await setImage('history', image);
    }
    await rolledOut('history');

    await expect.poll(() => replicaSets('history'), wait).toHaveLength(2);
  });

  it('a Deployment records events of its scaling', async () => {
    cluster.apply(deployment('events', 'web:1'));
    await rolledOut('events');
    await setImage('events', 'web:2');
    await rolledOut('events');

    const { body } = await call(
      cluster,
      'GET',
      '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Devents',
    );
    const messages = z.array(z.looseObject({ reason: z.string(), message: z.string() })).parse(body['items']);
    expect(messages.every((each) => each.reason === 'ScalingReplicaSet')).toBe(true);
    expect(messages.some((each) => /^Scaled down replica set events-\w+ from 1 to 0$/.test(each.message))).toBe(true);
  });
});
