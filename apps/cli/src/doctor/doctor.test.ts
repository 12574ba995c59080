import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import { startRedis } from '@keelson/redis/server';
import { startSimulatedCluster } from '@keelson/simulator';
import { realClusterMissing, startRealCluster } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutput } from '../output.ts';
import { keelson } from '../testing/keelson.ts';
import { doctor } from './doctor.ts';
import { diagnosisSchema } from './schema.ts';

const needs = `# Needs a Secret that is not in git:
#   kubectl -n keelson create secret generic token --from-literal=token="$(openssl rand -hex 32)"
apiVersion: apps/v1
kind: Deployment
metadata: {name: keelson-api, namespace: keelson}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.test/api:1.0.0
          env:
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: token}}}
`;
const worker = needs.replaceAll(/(keelson-|app: |name: )api/g, '$1worker').replace(/ {10}env:\n.*\n/, '');

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-doctor-'));
  await writeFile(join(folder, 'api.yaml'), needs);
});

afterAll(() => rm(folder, { recursive: true }));

interface Options {
  readonly redisUrl?: string;
  readonly registries?: string;
  readonly json?: boolean;
}

async function examine(kubeconfig: string, { json = true, ...options }: Options = {}) {
  let output = '';
  const write = (printed: string) => {
    output += printed;
  };
  const given = { path: folder, namespace: 'keelson', json, ...options };
  const toCluster = (): Promise<KubeHttp> => connect({ kubeconfigText: kubeconfig });
  const code = await doctor(given, createOutput(write, false), toCluster);
  const lines = json ? diagnosisSchema.parse(JSON.parse(output)).lines : [];
  const statuses = lines.map(({ code: about, status }) => `${about} ${status}`);
  return { code, output, statuses, lines };
}

describe('keelson doctor', () => {
  it('doctor says how to get each thing that an empty cluster lacks', async () => {
    const cluster = await startSimulatedCluster();
    const { code, statuses, lines } = await examine(cluster.kubeconfig);
    await cluster.stop();

    expect(code).toBe(1);
    expect(statuses).toEqual([
      'cluster ok',
      'namespace missing',
      'secret missing',
      'redis unseen',
      'pin-policy note',
      'flux ok',
    ]);
    expect(lines.find(({ code: about }) => about === 'secret')).toEqual({
      code: 'secret',
      status: 'missing',
      message: 'Secret keelson/token (for Deployment keelson-api) is missing.',
      remedy: 'kubectl -n keelson create secret generic token --from-literal=token="$(openssl rand -hex 32)"',
    });
    expect(lines.filter(({ status, remedy }) => status !== 'ok' && remedy === undefined)).toEqual([]);
  });

  it('doctor finds nothing missing where everything is installed', async () => {
    await using redis = await startRedis({ appendOnly: true });
    const cluster = await startSimulatedCluster();
    cluster.apply(`${needs}---\n${worker}`);
    cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'token', namespace: 'keelson' },
        stringData: { token: 'hush' },
      },
      ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map((kind) => ({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind,
        metadata: { name: 'keelson-pin' },
      })),
    ]);
    await expect
      .poll(async () => (await examine(cluster.kubeconfig)).statuses.filter((one) => one === 'deployment ok'))
      .toHaveLength(2);
    const { code, statuses, output } = await examine(cluster.kubeconfig, { redisUrl: redis.url });
    const shown = await examine(cluster.kubeconfig, { redisUrl: redis.url, json: false });
    await cluster.stop();

    expect(statuses).toEqual([
      'cluster ok',
      'deployment ok',
      'deployment ok',
      'secret ok',
      'redis ok',
      'redis-policy ok',
      'redis-aof ok',
      'pin-policy ok',
      'flux ok',
    ]);
    expect(code).toBe(0);
    expect(output).not.toContain('hush');
    expect(shown.output).toMatch(/ {2}ok {7}The cluster at .* answers: Kubernetes v/);
    expect(shown.output).toMatch(/\nNothing is missing\.\n$/);
  });

  it('doctor reports pods that do not start, a missing Deployment, and a policy without binding', async () => {
    const cluster = await startSimulatedCluster({ outcome: () => 'crash' });
    cluster.apply(needs);
    const apiVersion = 'admissionregistration.k8s.io/v1';
    cluster.apply({ apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name: 'keelson-pin' } });
    const { statuses, lines } = await examine(cluster.kubeconfig);
    await cluster.stop();

    expect(statuses).toContain('pin-policy note');
    expect(lines.filter(({ code }) => code === 'deployment' || code === 'pin-policy')).toMatchObject([
      { status: 'missing', message: '0 of 1 pods of Deployment keelson/keelson-api are available.' },
      { status: 'missing', message: 'There is no Deployment keelson/keelson-worker.' },
      { status: 'note', message: expect.stringMatching(/has no binding/) },
    ]);
  });

  it.each([
    ['evicts keys', ['--maxmemory-policy', 'allkeys-lru'], ['redis ok', 'redis-policy missing', 'redis-aof note']],
    ['writes nothing to disk', [], ['redis ok', 'redis-policy ok', 'redis-aof note']],
  ])('doctor reports a Redis that %s', async (_, args, expected) => {
    await using redis = await startRedis({ args });
    const cluster = await startSimulatedCluster();
    const { statuses } = await examine(cluster.kubeconfig, { redisUrl: redis.url });
    await cluster.stop();

    expect(statuses.filter((one) => one.startsWith('redis'))).toEqual(expected);
  });

  it('doctor reports an unreachable Redis without its password', async () => {
    const cluster = await startSimulatedCluster();
    const { statuses, output } = await examine(cluster.kubeconfig, { redisUrl: 'redis://:hush@127.0.0.1:1' });
    await cluster.stop();

    expect(statuses).toContain('redis missing');
    expect(output).not.toContain('hush');
  });

  it('doctor reports what it may not read, and examines the rest', async () => {
    const cluster = await startSimulatedCluster();
    cluster.faults.fail({ path: /secrets\/|mutatingadmission|kustomizations/ }, { status: 403 });
    const { code, statuses } = await examine(cluster.kubeconfig);
    cluster.faults.clear();
    cluster.faults.fail({ path: '/namespaces/keelson', method: 'GET' }, { status: 403 });
    const { statuses: without } = await examine(cluster.kubeconfig);
    await cluster.stop();

    expect({ code, statuses }).toEqual({
      code: 1,
      statuses: [
        'cluster ok',
        'namespace missing',
        'secret unseen',
        'workloads unseen',
        'workloads unseen',
        'redis unseen',
        'pin-policy unseen',
        'flux unseen',
      ],
    });
    expect(without).toContain('namespace unseen');
  });

  it('doctor names the mirrors that may answer nodes with an older image, unless pods are pinned', async () => {
    const cluster = await startSimulatedCluster();
    const registries = join(folder, 'registries.yaml');
    await writeFile(registries, 'mirrors: {"registry.test": {endpoint: ["http://127.0.0.1:1"]}}');
    const daemon = needs.replace('kind: Deployment', 'kind: DaemonSet').replaceAll(/keelson(-api)?\b/g, 'spegel');
    cluster.apply(
      `${daemon}---\n${needs.replace('namespace: keelson}', '$&, annotations: {keel.sh/policy: force}}').replace('keelson}, a', 'keelson, a')}`,
    );
    const label = { metadata: { labels: { 'p2p.k3s.cattle.io/enabled': 'true' } } };
    const kube = await connect({ kubeconfigText: cluster.kubeconfig });
    await kube.request({
      method: 'PATCH',
      path: '/api/v1/nodes/node-1',
      contentType: 'application/merge-patch+json',
      body: label,
    });
    await kube.close();
    const found = async () =>
      (await examine(cluster.kubeconfig, { registries })).lines.filter(({ code }) => code === 'mirrors');

    const before = await found();
    const apiVersion = 'admissionregistration.k8s.io/v1';
    for (const kind of ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']) {
      cluster.apply({ apiVersion, kind, metadata: { name: 'keelson-pin' } });
    }
    const after = await found();
    await cluster.stop();

    expect(before.map(({ status, message }) => `${status} ${message}`)).toEqual([
      expect.stringMatching(/^note K3s' embedded registry is on at node node-1 \(label /),
      expect.stringMatching(/^note DaemonSet spegel\/spegel shares images between nodes/),
      expect.stringMatching(/^note .*registries\.yaml has a mirror before registry\.test,/),
    ]);
    expect(after).toEqual([]);
  });

  it('doctor names each Kustomization of Flux that failed', async () => {
    const cluster = await startSimulatedCluster();
    const metadata = { name: 'shop', namespace: 'flux-system' };
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/shop/status';
    cluster.apply({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata, spec: {} });
    const http = await connect({ kubeconfigText: cluster.kubeconfig });
    const body = { status: { conditions: [{ type: 'Ready', status: 'False', message: 'no such path' }] } };
    await http.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    await http.close();
    const { lines } = await examine(cluster.kubeconfig);
    await cluster.stop();

    expect(lines.filter(({ code }) => code === 'flux')).toEqual([
      {
        code: 'flux',
        status: 'note',
        message: 'Kustomization flux-system/shop is not ready: no such path',
        remedy: 'flux -n flux-system events --for Kustomization/shop',
      },
    ]);
  });

  it('doctor reports owners of followed workloads that Keelson may not read or patch', async () => {
    const cluster = await startSimulatedCluster();
    const api = 'kustomize.toolkit.fluxcd.io/v1';
    const annotations = { 'keelson.sh/policy': 'force' };
    for (const [name, policy] of Object.entries({ shop: annotations, plain: {} })) {
      cluster.apply({ apiVersion: api, kind: 'Kustomization', metadata: { name, namespace: 'flux-system' }, spec: {} });
      const template = {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'a.test/app:1' }] },
      };
      cluster.apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default', annotations: policy },
        spec: { selector: { matchLabels: { app: name } }, template },
      });
    }
    const http = await connect({ kubeconfigText: cluster.kubeconfig });
    for (const name of ['shop', 'plain']) {
      const entries = [{ id: `default_${name}_apps_Deployment`, v: 'v1' }];
      await http.request({
        method: 'PATCH',
        path: `/apis/${api}/namespaces/flux-system/kustomizations/${name}/status`,
        body: { status: { inventory: { entries } } },
        contentType: 'application/merge-patch+json',
      });
    }
    await http.close();
    const answers = (allowed: boolean, times: number) =>
      cluster.faults.fail(
        { path: '/subjectaccessreviews' },
        { status: 201, times, body: JSON.stringify({ status: { allowed } }) },
      );
    const rights = async () =>
      (await examine(cluster.kubeconfig)).lines
        .filter(({ code }) => code === 'flux-rights')
        .map((line) => line.message);
    answers(false, 1);
    const unread = await rights();
    answers(true, 1);
    answers(false, 1);
    const readOnly = await rights();
    answers(true, 2);
    const enough = await rights();
    await cluster.stop();

    expect(unread).toEqual([expect.stringContaining('may not read Kustomization flux-system/shop')]);
    expect(readOnly).toEqual([expect.stringContaining('may not patch Kustomization flux-system/shop')]);
    expect(enough).toEqual([]);
  });

  it('doctor ends with 2 where no cluster answers', async () => {
    const cluster = await startSimulatedCluster();
    await cluster.stop();
    const { code, statuses, lines } = await examine(cluster.kubeconfig);

    expect({ code, statuses }).toEqual({ code: 2, statuses: ['cluster missing', 'redis unseen'] });
    expect(lines[0]?.message).toContain(cluster.server);
  });
});

const missing = realClusterMissing();
const title = missing === undefined ? 'a real API server' : `a real API server (skipped: ${missing})`;

it.skipIf(missing !== undefined)(`doctor examines ${title}`, async () => {
  const cluster = await startRealCluster();
  if (cluster === undefined) throw new Error(missing);
  const { code, statuses, lines } = await examine(cluster.kubeconfig);
  await cluster.stop();

  expect({ code, statuses }).toEqual({
    code: 1,
    statuses: ['cluster ok', 'namespace missing', 'secret missing', 'redis unseen', 'pin-policy note', 'flux note'],
  });
  expect(lines[0]?.message).toMatch(/Kubernetes v1\.\d+/);
});

it('keelson doctor prints the missing kubeconfig and ends with 2', async () => {
  const { output, errors, code } = await keelson({ KUBECONFIG: '/nowhere/kubeconfig' }, 'doctor', folder);

  expect({ errors, code }).toEqual({ errors: '', code: 2 });
  expect(output).toMatch(/missing {2}The kubeconfig cannot be read/);
});
