import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { pushImage } from '../../registry/push-image.ts';
import { startRegistry } from '../../registry/start-registry.ts';
import type { RegistryServer } from '../../registry/types.ts';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, wait } from '../test-client.ts';
import { logLabel, outcomeLabel } from './outcome.ts';

const host = 'registry.example.com';
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  imageID: z.string(),
  ready: z.boolean(),
  restartCount: z.number(),
  state: z.looseObject({
    waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
    running: z.looseObject({}).optional(),
    terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional(),
  }),
  lastState: z.looseObject({ terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional() }),
});
const status = z.looseObject({
  phase: z.string(),
  conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  containerStatuses: z.array(container).default([]),
  initContainerStatuses: z.array(container).default([]),
});
type Status = z.infer<typeof status>;
let cluster: SimulatedCluster;
let registry: RegistryServer;
let locked: RegistryServer;

beforeAll(async () => {
  registry = await startRegistry();
  locked = await startRegistry({ auth: { type: 'bearer', users: { robot: 'secret' }, anonymous: false } });
  cluster = await startSimulatedCluster({
    keepsTag: (image) => image.endsWith(':kept'),
    mirrors: { [host]: registry.url, 'locked.example.com': locked.url, 'away.example.com': 'http://127.0.0.1:1' },
    times: { pullMs: 2, readyMs: 5, backoffMs: 60, killMs: 5 },
  });
});
afterAll(async () => {
  await cluster.stop();
  await registry.stop();
  await locked.stop();
});

const push = (tag: string, labels: Record<string, string> = {}, more = {}) =>
  pushImage(registry, 'team/app', tag, { labels, ...more });

function run(
  name: string,
  image: string,
  spec: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): void {
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'app', image, ...more }], ...spec },
  });
}

function statusOf(name: string): Status {
  return status.parse(cluster.get('v1', 'Pod', 'default', name)?.['status']);
}

/** The first container, once it is as expected. */
function app(name: string, is: (state: z.infer<typeof container>) => boolean) {
  return vi.waitUntil(() => statusOf(name).containerStatuses.find(is), wait);
}

const waiting = (reason: string) => (each: z.infer<typeof container>) => each.state.waiting?.reason === reason;
const isReady = (each: z.infer<typeof container>) => each.ready;
const log = (name: string, query = '') => call(cluster, 'GET', `/api/v1/namespaces/default/pods/${name}/log?${query}`);

describe('a pod', () => {
  it("a pod runs the registry's image, and its status names the digest of the tag", async () => {
    const { digest } = await push('good', {}, { platforms: ['linux/arm64', 'linux/amd64'] });
    run('good', `${host}/team/app:good`);

    const found = await app('good', isReady);

    expect(found).toMatchObject({
      imageID: `${host}/team/app@${digest}`,
      restartCount: 0,
      image: `${host}/team/app:good`,
    });
    expect(statusOf('good').phase).toBe('Running');
    expect(statusOf('good').conditions.map(({ type, status: is }) => [type, is])).toEqual([
      ['PodReadyToStartContainers', 'True'],
      ['Initialized', 'True'],
      ['Ready', 'True'],
      ['ContainersReady', 'True'],
      ['PodScheduled', 'True'],
    ]);
  });

  it('a pod whose image is missing starts when that is pushed', async () => {
    run('missing', `${host}/team/app:missing`);
    const full = `${host}/team/app:missing`;

    const err = await app('missing', waiting('ErrImagePull'));
    const backoff = await app('missing', waiting('ImagePullBackOff'));
    await push('missing');

    expect(err.state.waiting?.message).toBe(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`,
    );
    expect(backoff).toMatchObject({
      imageID: '',
      state: {
        waiting: { message: expect.stringContaining(`Back-off pulling image "${full}": ErrImagePull: rpc error`) },
      },
    });
    await app('missing', isReady);
  });

  it('a pod whose registry is unreachable says so', async () => {
    run('away', 'away.example.com/a:1');

    const found = await app('away', waiting('ErrImagePull'));

    expect(found.state.waiting?.message).toContain('dial tcp 127.0.0.1:1: connect: connection refused');
  });

  it('a crashing container restarts and backs off', async () => {
    await push('crash', { [outcomeLabel]: 'crash', [logLabel]: 'one\ntwo\nboom\n' });
    run('crash', `${host}/team/app:crash`);

    const found = await app('crash', (each) => waiting('CrashLoopBackOff')(each) && each.restartCount >= 2);

    expect(found).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 1, reason: 'Error' } } });
    expect(found.state.waiting?.message).toMatch(/^back-off .*s restarting failed container=app pod=crash_default\(/);
    expect(statusOf('crash').phase).toBe('Running');
    expect((await log('crash', 'tailLines=2')).body['text']).toBe('two\nboom\n');
    expect((await log('crash', 'previous=true')).body['text']).toBe('one\ntwo\nboom\n');
  });

  it.each([
    ['oom', { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
    ['config-error', { state: { waiting: { reason: 'CreateContainerConfigError' } } }],
    ['unready', { state: { running: {} } }],
  ])('a container with the outcome %s shows it in its status', async (outcome, expected) => {
    await push(outcome, { [outcomeLabel]: outcome });
    run(outcome, `${host}/team/app:${outcome}`);
    const [path, part] = Object.entries(expected)[0] ?? [];

    const found = await app(outcome, (each) => {
      const place = path === 'lastState' ? each.lastState : each.state;
      return (
        Object.keys(part ?? {}).every((key) => Object.hasOwn(place, key)) &&
        each.state.waiting?.reason !== 'ContainerCreating'
      );
    });

    expect(found).toMatchObject({ ready: false, ...expected });
    expect(statusOf(outcome).conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
  });

  it('a pod that need not restart succeeds', async () => {
    await push('job');
    run('job', `${host}/team/app:job`, { restartPolicy: 'Never' });

    await vi.waitUntil(() => statusOf('job').phase === 'Succeeded', wait);

    expect(statusOf('job').containerStatuses[0]?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  it('a pod runs its init containers one after another', async () => {
    await push('init-bad', { [outcomeLabel]: 'crash' });
    await push('good');
    const init = (name: string, tag: string) => ({ name, image: `${host}/team/app:${tag}` });
    run('init', `${host}/team/app:good`, { initContainers: [init('first', 'good'), init('second', 'init-bad')] });

    await vi.waitUntil(
      () => statusOf('init').initContainerStatuses[1]?.state.waiting?.reason === 'CrashLoopBackOff',
      wait,
    );

    const now = statusOf('init');
    expect(now.phase).toBe('Pending');
    expect(now.initContainerStatuses[0]?.state.terminated?.exitCode).toBe(0);
    expect(now.containerStatuses[0]?.state.waiting?.reason).toBe('PodInitializing');
  });

  it('a container has no log before it starts, and none of a previous run when there was none', async () => {
    run('silent', `${host}/team/app:nowhere`);
    await app('silent', waiting('ImagePullBackOff'));
    run('loud', `${host}/team/app:good`);
    await app('loud', isReady);

    expect((await log('silent')).body['message']).toMatch(/^container "app" in pod "silent" is waiting to start: /);
    expect((await log('loud', 'previous=true')).body['message']).toBe(
      'previous terminated container "app" in pod "loud" not found',
    );
    expect((await log('loud', 'container=zz')).status).toBe(400);
    expect((await log('nobody')).status).toBe(404);
  });

  it('a failing pod records events that count up', async () => {
    run('eventful', `${host}/team/app:never`);

    const found = await vi.waitUntil(async () => {
      const { body } = await call(
        cluster,
        'GET',
        '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Deventful,type%3DWarning',
      );
      const list = z
        .array(z.looseObject({ reason: z.string(), message: z.string(), count: z.number() }))
        .parse(body['items']);
      return list.find((each) => each.message.startsWith('Failed to pull image') && each.count > 1);
    }, wait);

    expect(found.reason).toBe('Failed');
  });

  it('a pod whose image is changed restarts its container', async () => {
    await push('good');
    const { digest } = await push('better', { v: '2' });
    run('inplace', `${host}/team/app:good`);
    await app('inplace', isReady);

    await call(
      cluster,
      'PATCH',
      '/api/v1/namespaces/default/pods/inplace',
      { spec: { containers: [{ name: 'app', image: `${host}/team/app:better` }] } },
      'application/strategic-merge-patch+json',
    );

    const found = await app('inplace', (each) => each.imageID.endsWith(digest));
    expect(found.restartCount).toBe(1);
  });
});

describe('pulling', () => {
  it('a node pulls a known tag again with Always, not with IfNotPresent, and a digest never', async () => {
    const { digest: old } = await push('moves', { v: '1' });
    run('had', `${host}/team/app:moves`, {}, { imagePullPolicy: 'IfNotPresent' });
    await app('had', isReady);
    const { digest: now } = await push('moves', { v: '2' });

    run('kept', `${host}/team/app:moves`, {}, { imagePullPolicy: 'IfNotPresent' });
    run('asked', `${host}/team/app:moves`, {}, { imagePullPolicy: 'Always' });
    run('pinned', `${host}/team/app:moves@${old}`, {}, { imagePullPolicy: 'Always' });

    expect(old).not.toBe(now);
    expect((await app('kept', isReady)).imageID).toBe(`${host}/team/app@${old}`);
    expect((await app('asked', isReady)).imageID).toBe(`${host}/team/app@${now}`);
    expect((await app('pinned', isReady)).imageID).toBe(`${host}/team/app@${old}`);
  });

  it('a mirror that keeps a tag answers it with the first digest, and pulls a digest as it is', async () => {
    const { digest: old } = await push('kept', { v: '1' });
    run('first', `${host}/team/app:kept`, {}, { imagePullPolicy: 'Always' });
    await app('first', isReady);
    const { digest: now } = await push('kept', { v: '2' });

    run('again', `${host}/team/app:kept`, {}, { imagePullPolicy: 'Always' });
    run('digest', `${host}/team/app:kept@${now}`, {}, { imagePullPolicy: 'Always' });

    expect((await app('again', isReady)).imageID).toBe(`${host}/team/app@${old}`);
    expect((await app('digest', isReady)).imageID).toBe(`${host}/team/app@${now}`);
  });

  it('a pod pulls with its pull secret from a registry that requires one', async () => {
    await pushImage(locked, 'team/app', '1');
    run('stranger', 'locked.example.com/team/app:1');
    // Once the node has the image, it no longer pulls it.
    const refused = await app('stranger', (each) => each.state.waiting?.message !== undefined);
    const auth = Buffer.from('robot:secret').toString('base64');
    const config = JSON.stringify({ auths: { 'locked.example.com': { auth } } });
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': config },
    });
    run('friend', 'locked.example.com/team/app:1', { imagePullSecrets: [{ name: 'pull' }] });

    await app('friend', isReady);
    expect(refused.state.waiting?.message).toContain(
      'rpc error: code = Unknown desc = failed to pull and unpack image "locked.example.com/team/app:1"',
    );
  });

  it('an image of a host without a mirror gets a computed digest and a configured outcome', async () => {
    const other = await startSimulatedCluster({
      times: { pullMs: 0, readyMs: 0 },
      outcome: (image) => (image.includes('bad') ? 'unready' : 'ready'),
    });
    const pods = ['quay.io/a/good:1', 'nginx'].map((image, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${index}` },
      spec: { containers: [{ name: 'app', image }] },
    }));
    other.apply(pods);

    const ids = await vi.waitUntil(() => {
      const found = pods.map(
        ({ metadata }) =>
          status.parse(other.get('v1', 'Pod', 'default', metadata.name)?.['status']).containerStatuses[0],
      );
      return found.every((each) => each?.ready) && found.map((each) => each?.imageID);
    }, wait);

    expect(ids[0]).toMatch(/^quay\.io\/a\/good@sha256:[0-9a-f]{64}$/);
    expect(ids[1]).toMatch(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
    await other.stop();
  });
});
