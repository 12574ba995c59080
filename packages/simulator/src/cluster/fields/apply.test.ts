import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import type { Reply } from '../test-client.ts';
import { call, deployment, managersOf, settled } from '../test-client.ts';

const applyPatchType = 'application/apply-patch+yaml';
const path = '/apis/apps/v1/namespaces/default/deployments';
let cluster: SimulatedCluster;
let names = 0;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

function fresh(): string {
  names += 1;
  return `web${names}`;
}

function apply(name: string, manager: string, body: unknown, more = ''): Promise<Reply> {
  return call(cluster, 'PATCH', `${path}/${name}?fieldManager=${manager}${more}`, body, applyPatchType);
}

/** A configuration with these fields only, as a manager that owns few fields applies it. */
function part(name: string, spec: unknown, metadata: Record<string, unknown> = {}): unknown {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, ...metadata }, spec };
}

const image = (value: string) => ({ template: { spec: { containers: [{ name: 'app', image: value }] } } });
const annotated = (value: string) => ({ template: { metadata: { annotations: { 'digest.keelson.sh/app': value } } } });

describe('server-side apply', () => {
  it('server-side apply creates a missing object, whose manager owns each leaf', async () => {
    const name = fresh();

    const made = await apply(name, 'flux', deployment(name, 'web:1', { replicas: 2 }));

    expect(made.status).toBe(201);
    const containers = { 'k:{"name":"app"}': { '.': {}, 'f:image': {}, 'f:name': {} } };
    const template = { 'f:metadata': { 'f:labels': { 'f:app': {} } }, 'f:spec': { 'f:containers': containers } };
    const fieldsV1 = { 'f:spec': { 'f:replicas': {}, 'f:selector': {}, 'f:template': template } };
    expect(managersOf(made.body)).toEqual({ 'flux/Apply': fieldsV1 });
  });

  it('server-side apply writes nothing when applied again', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1', { paused: true }));
    const before = await settled(cluster, `${path}/${name}`);

    const again = await apply(name, 'flux', deployment(name, 'web:1', { paused: true }));

    expect(again.body['metadata']).toMatchObject({ resourceVersion: before });
  });

  it('server-side apply refuses a conflicting value, and names owner and field', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));

    const refused = await apply(name, 'keelson', part(name, { replicas: 2, ...image('web:2') }));

    const field = '.spec.template.spec.containers[name="app"].image';
    expect(refused).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message: `Apply failed with 1 conflict: conflict with "flux": ${field}`,
        details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "flux"', field }] },
      },
    });
  });

  it('server-side apply lists all conflicts, with the version of Update managers', async () => {
    const name = fresh();
    await call(cluster, 'POST', path, deployment(name, 'web:1', { replicas: 1 }));

    const refused = await apply(name, 'flux', part(name, { replicas: 2, ...image('web:2') }));

    const lines = [
      'Apply failed with 2 conflicts: conflicts with "tester" using apps/v1:',
      '- .spec.replicas',
      '- .spec.template.spec.containers[name="app"].image',
    ];
    expect(refused.body['message']).toBe(lines.join('\n'));
  });

  it('server-side apply shares a field of the same value without a conflict', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));

    const shared = await apply(name, 'keelson', part(name, image('web:1')));

    expect(shared.status).toBe(200);
    expect(shared.body['metadata']).toMatchObject({ generation: 1 });
    expect(Object.keys(managersOf(shared.body))).toEqual(['flux/Apply', 'keelson/Apply']);
  });

  it('forced server-side apply takes a field from its owner', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));

    const forced = await apply(name, 'keelson', part(name, image('web:2')), '&force=true');

    expect(forced.status).toBe(200);
    expect((await apply(name, 'flux', deployment(name, 'web:1'))).body['message']).toContain('conflict with "keelson"');
  });

  it('server-side apply removes fields that its manager no longer applies and no other owns', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));
    await apply(name, 'keelson', part(name, annotated('one')));

    const released = await apply(name, 'keelson', part(name, undefined));

    expect(released.body['metadata']).toMatchObject({ generation: 3 });
    expect(Object.keys(managersOf(released.body))).toEqual(['flux/Apply']);
    expect(released.body['spec']).toHaveProperty('template.metadata', { labels: { app: name } });
  });

  it('keeps what another manager owns too', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));
    await apply(name, 'keelson', part(name, annotated('one')));
    await apply(name, 'other', part(name, annotated('one')));

    const released = await apply(name, 'keelson', part(name, undefined));

    expect(released.body['spec']).toHaveProperty('template.metadata.annotations', { 'digest.keelson.sh/app': 'one' });
  });

  it('removes a container that only its manager knew, and refuses one without an image', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));
    const sidecar = { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } };
    await apply(name, 'other', part(name, sidecar));

    const noImage = await apply(name, 'third', part(name, { template: { spec: { containers: [{ name: 'new' }] } } }));
    const removed = await apply(name, 'other', part(name, undefined));

    expect(noImage.body['message']).toContain('spec.template.spec.containers[2].image: Required value');
    expect(removed.body['spec']).toMatchObject({ template: { spec: { containers: [{ name: 'app' }] } } });
  });

  it('can say which state and which object it means', async () => {
    const name = fresh();
    await apply(name, 'flux', deployment(name, 'web:1'));

    const stale = await apply(name, 'keelson', part(name, annotated('x'), { resourceVersion: '1' }));
    const stranger = await apply(name, 'keelson', part(name, annotated('x'), { uid: 'another' }));
    const gone = await apply('nowhere', 'keelson', part('nowhere', annotated('x'), { uid: 'another' }));

    expect([stale.status, stranger.status, gone.status]).toEqual([409, 422, 409]);
    expect(stranger.body['message']).toContain('metadata.uid: Invalid value: "another": field is immutable');
    expect(gone.body['message']).toContain('uid mismatch');
  });

  it.each([
    ['no field manager', '', { apiVersion: 'apps/v1', kind: 'Deployment' }, 422],
    ['no kind', '?fieldManager=x', { metadata: { name: 'a' } }, 400],
    [
      'managedFields',
      '?fieldManager=x',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { managedFields: [] } },
      400,
    ],
    ['what is no YAML', '?fieldManager=x', 'a: [', 400],
  ])('refuses %s', async (_what, query, body, status) => {
    expect((await call(cluster, 'PATCH', `${path}/a${query}`, body, applyPatchType)).status).toBe(status);
  });

  it('finds an owner for an object from before ownership was kept', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default?fieldManager=x';
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', labels: { a: 'b' } } };

    const applied = await call(cluster, 'PATCH', path, body, applyPatchType);

    expect(managersOf(applied.body)).toEqual({ 'x/Apply': { 'f:metadata': { 'f:labels': { 'f:a': {} } } } });
  });

  it('replaces the lists of custom resources as a whole', async () => {
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations/apps';
    const ks = (images: unknown) => ({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'apps' },
      spec: { images },
    });
    await call(cluster, 'PATCH', `${path}?fieldManager=flux`, ks([{ name: 'a' }]), applyPatchType);

    const refused = await call(cluster, 'PATCH', `${path}?fieldManager=keelson`, ks([{ name: 'b' }]), applyPatchType);

    expect(refused.body['message']).toBe('Apply failed with 1 conflict: conflict with "flux": .spec.images');
  });
});
