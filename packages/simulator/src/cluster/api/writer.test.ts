import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, generationOf, versionOf, wait } from '../test-client.ts';

const mergePatchType = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const path = '/apis/apps/v1/namespaces/default/deployments';
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

const make = (name: string, spec = {}) => call(cluster, 'POST', path, deployment(name, `${name}:1`, spec));
const merge = (name: string, body: unknown, more = '') =>
  call(cluster, 'PATCH', `${path}/${name}${more}`, body, mergePatchType);

describe('writing an object', () => {
  it('a created object gets a uid, a version, a generation and a time', async () => {
    const { status, body } = await make('born');

    expect(status).toBe(201);
    expect(body['metadata']).toMatchObject({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      generation: 1,
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      namespace: 'default',
    });
  });

  it('all writes share one rising version', async () => {
    const first = versionOf((await make('rising')).body);
    const second = versionOf(
      (await call(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'rising' } })).body,
    );

    expect(Number(second)).toBeGreaterThan(Number(first));
  });

  it('the generation rises with the spec and the annotations of a Deployment, not with labels or status', async () => {
    await make('generations', { replicas: 0 });

    const spec = await merge('generations', { spec: { paused: true } });
    const annotated = await merge('generations', { metadata: { annotations: { a: 'b' } } });
    const labelled = await merge('generations', { metadata: { labels: { a: 'b' } } });
    const status = await merge('generations/status', { spec: { replicas: 9 }, status: { replicas: 3 } });

    expect([spec, annotated, labelled, status].map(({ body }) => generationOf(body))).toEqual([2, 3, 3, 3]);
    expect(status.body['spec']).toMatchObject({ replicas: 0 });
  });

  it('a write of an object keeps its status', async () => {
    const made = await call(cluster, 'POST', path, { ...deployment('calm', 'calm:1'), status: { replicas: 7 } });
    const patched = await merge('calm', { status: { replicas: 7 } });

    expect(made.body['status']).toEqual({});
    expect(patched.body['status']).not.toMatchObject({ replicas: 7 });
  });

  it('an update of an outdated version is refused', async () => {
    const { body } = await make('stale');
    await merge('stale', { metadata: { labels: { a: 'b' } } });
    const resourceVersion = versionOf(body);

    const patched = await merge('stale', { metadata: { resourceVersion }, spec: { paused: true } });
    const put = await call(cluster, 'PUT', `${path}/stale`, {
      ...deployment('stale', 'x'),
      metadata: { name: 'stale', resourceVersion },
    });
    const tested = await call(
      cluster,
      'PATCH',
      `${path}/stale`,
      [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }],
      jsonPatch,
    );

    expect([patched.status, put.status, tested.status]).toEqual([409, 409, 422]);
    expect(patched.body).toMatchObject({
      reason: 'Conflict',
      code: 409,
      details: { name: 'stale', group: 'apps', kind: 'deployments' },
      message:
        'Operation cannot be fulfilled on deployments.apps "stale": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('an update without a version replaces the object', async () => {
    await make('whole', { replicas: 0 });

    const put = await call(cluster, 'PUT', `${path}/whole`, deployment('whole', 'whole:2', { replicas: 0 }));

    expect(put).toMatchObject({
      status: 200,
      body: { spec: { template: { spec: { containers: [{ image: 'whole:2' }] } } } },
    });
  });

  it('a dry run is validated and returned, and writes nothing', async () => {
    const { body: before } = await make('dry', { paused: true });
    await vi.waitUntil(() => cluster.get('apps/v1', 'Deployment', 'default', 'dry')?.['status'] !== undefined, wait);

    const patched = await merge('dry', { spec: { replicas: 5 } }, '?dryRun=All');
    const made = await call(cluster, 'POST', `${path}?dryRun=All`, deployment('never', 'never:1'));

    expect(patched.body['spec']).toMatchObject({ replicas: 5 });
    expect(cluster.get('apps/v1', 'Deployment', 'default', 'dry')?.['spec']).toEqual(before['spec']);
    expect([made.status, (await call(cluster, 'GET', `${path}/never`)).status]).toEqual([201, 404]);
    expect((await merge('dry', {}, '?dryRun=Some')).status).toBe(422);
  });

  it.each([
    [
      'what is there already',
      'POST',
      path,
      deployment('taken', 'taken:1'),
      409,
      'AlreadyExists',
      'deployments.apps "taken" already exists',
    ],
    [
      'a namespace that is not there',
      'POST',
      path.replace('default', 'zz'),
      deployment('a', 'a', {}, 'zz'),
      404,
      'NotFound',
      'namespaces "zz" not found',
    ],
    [
      'another namespace than the URL',
      'POST',
      path,
      deployment('a', 'a', {}, 'zz'),
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another name than the URL',
      'PUT',
      `${path}/taken`,
      deployment('b', 'b'),
      400,
      'BadRequest',
      'the name of the object (b) does not match the name on the URL (taken)',
    ],
    [
      'what is not there',
      'PUT',
      `${path}/zz`,
      deployment('zz', 'zz'),
      404,
      'NotFound',
      'deployments.apps "zz" not found',
    ],
    [
      'no name',
      'POST',
      path,
      { ...deployment('a', 'a'), metadata: {} },
      422,
      'Invalid',
      'Deployment.apps "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
  ])('the API server refuses %s', async (_what, method, path, body, status, reason, message) => {
    await make('taken');

    expect(await call(cluster, method, path, body)).toMatchObject({
      status,
      body: { kind: 'Status', status: 'Failure', reason, message, code: status },
    });
  });

  it.each([
    ['a media type that it does not know', 'text/plain', {}, 415],
    ['plain JSON as a patch', 'application/json', {}, 415],
    ['an object as a JSON patch', jsonPatch, { a: 1 }, 400],
    ['what is no JSON', mergePatchType, '{{{', 400],
    ['a list as a merge patch', mergePatchType, '[1]', 400],
  ])('the API server refuses a patch with %s', async (_what, type, body, status) => {
    await make('patched');

    expect((await call(cluster, 'PATCH', `${path}/patched`, body, type)).status).toBe(status);
  });

  it('the API server refuses strategic merge patches of custom resources', async () => {
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations';
    await call(cluster, 'POST', path, { metadata: { name: 'apps' }, spec: { prune: true } });

    const strategic = await call(
      cluster,
      'PATCH',
      `${path}/apps`,
      { spec: {} },
      'application/strategic-merge-patch+json',
    );
    const merged = await call(cluster, 'PATCH', `${path}/apps`, { spec: { images: [{ name: 'a' }] } }, mergePatchType);

    expect([strategic.status, merged.status, generationOf(merged.body)]).toEqual([415, 200, 2]);
  });

  it.each(['PATCH', 'PUT'])('a dry run of %s scale returns the result, and writes nothing', async (method) => {
    const name = `dry-scaled-${method.toLowerCase()}`;
    await make(name, { replicas: 0 });
    const sent = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name }, spec: { replicas: 2 } };

    const type = method === 'PATCH' ? mergePatchType : 'application/json';
    const scaled = await call(cluster, method, `${path}/${name}/scale?dryRun=All`, sent, type);

    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 2 } });
    expect((await call(cluster, 'GET', `${path}/${name}`)).body).toMatchObject({ spec: { replicas: 0 } });
  });

  it('the scale subresource scales a workload', async () => {
    await make('scaled', { replicas: 0 });

    const scaled = await call(cluster, 'PATCH', `${path}/scaled/scale`, { spec: { replicas: 2 } }, mergePatchType);

    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { selector: 'app=scaled' } });
    expect(cluster.get('apps/v1', 'Deployment', 'default', 'scaled')?.['spec']).toMatchObject({ replicas: 2 });
  });
});
