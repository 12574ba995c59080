import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appManifests } from '../src/testing/app-manifests.ts';
import { isRunning } from '../src/testing/is-running.ts';
import { eventsOf, isReady, podLog, podsOf } from '../src/testing/pods.ts';
import type { TestEnv } from '../src/testing/test-env.ts';
import { startTestEnv } from '../src/testing/test-env.ts';

/** For busy machines, not a claim about speed. */
const wait = { timeout: 60_000, interval: 10 };
let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env.stop());

const routeOf = (name: string) =>
  vi.waitUntil(() => env.ingress.routes.find(({ host }) => host === `${name}.test`), wait);
const ready = (name: string, count = 1) =>
  vi.waitUntil(() => {
    const pods = podsOf(env.cluster, name).filter((pod) => !pod.isTerminating && isReady(pod));
    return pods.length === count && pods;
  }, wait);
const container = (name: string) => podsOf(env.cluster, name)[0]?.status.containerStatuses[0];
const remove = (path: string) =>
  fetch(`${env.cluster.server}${path}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${env.cluster.token}` },
  });

describe('an app', () => {
  it('an app runs the image that its tag means, and its host serves it once its probe passes', async () => {
    const image = await env.pushApp('one');
    env.cluster.apply(appManifests('one', image));

    const [pod] = await ready('one');
    const { url } = await routeOf('one');
    const variables = JSON.parse(await (await fetch(`${url}env`)).text());

    expect(await (await fetch(url)).text()).toBe(`one ${pod?.name}`);
    expect(pod?.status.containerStatuses[0]).toMatchObject({ started: true, ready: true, restartCount: 0 });
    expect(pod?.status.containerStatuses[0]?.imageID).toMatch(/^registry\.example\.com\/app@sha256:[0-9a-f]{64}$/);
    expect(await podLog(env.cluster, pod?.name ?? '')).toBe(`listening as ${pod?.name}\n`);
    expect(Object.keys(variables).sort()).toEqual(['HOME', 'HOST', 'HOSTNAME', 'PATH', 'PORT', 'TMPDIR', 'VERSION']);
  });

  it('an unhealthy app is not served, and an event says why', async () => {
    const image = await env.pushApp('sick', ['HEALTHY=no']);
    env.cluster.apply(appManifests('sick', image));
    const { url } = await routeOf('sick');

    const pod = await vi.waitUntil(
      () => podsOf(env.cluster, 'sick').find(({ status }) => status.containerStatuses[0]?.started),
      wait,
    );
    const why = 'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503';
    await vi.waitUntil(() => eventsOf(env.cluster, pod.name).includes(why), wait);
    const answer = await fetch(url);

    expect(container('sick')).toMatchObject({ ready: false, restartCount: 0 });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('No pod of sick.test is ready.');
  });

  it('an app that crashes restarts with growing back-off, and its last output is kept', async () => {
    const image = await env.pushApp('crash');
    const command = ['node', '-e', 'console.log("DATABASE_URL is not set"); process.exit(3)'];
    env.cluster.apply(appManifests('crash', image, { container: { command } }));

    const found = await vi.waitUntil(() => {
      const each = container('crash');
      return each?.state.waiting?.reason === 'CrashLoopBackOff' && each.restartCount >= 1 && each;
    }, wait);

    expect(found).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 3, reason: 'Error' } } });
    const name = podsOf(env.cluster, 'crash')[0]?.name ?? '';
    expect(await podLog(env.cluster, name)).toBe('DATABASE_URL is not set\n');
    expect(await podLog(env.cluster, name, 'previous=true')).toBe('DATABASE_URL is not set\n');
    await remove('/apis/apps/v1/namespaces/default/deployments/crash');
    await vi.waitUntil(() => podsOf(env.cluster, 'crash').length === 0, wait);
  });

  it('an app whose liveness probe fails is killed and restarted', async () => {
    const image = await env.pushApp('heart');
    const livenessProbe = { httpGet: { path: '/api/health', port: 3000 }, periodSeconds: 1, failureThreshold: 1 };
    // without it one that comes up slowly would be killed before it listens
    const startupProbe = { tcpSocket: { port: 3000 }, periodSeconds: 1, failureThreshold: 30 };
    env.cluster.apply(appManifests('heart', image, { container: { livenessProbe, startupProbe } }));
    const [pod] = await ready('heart');
    const { url } = await routeOf('heart');

    await fetch(`${url}sicken`);
    await vi.waitUntil(() => container('heart')?.restartCount === 1 && container('heart')?.ready, wait);

    expect(container('heart')?.lastState.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(eventsOf(env.cluster, pod?.name ?? '')).toEqual(
      expect.arrayContaining([
        'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 503',
        'Killing: Container app failed liveness probe, will be restarted',
      ]),
    );
    expect(await podLog(env.cluster, pod?.name ?? '', 'previous=true')).toMatch(/ending\n$/);
  });

  it('a deleted pod finishes its requests before it ends, and gets no new ones', async () => {
    const image = await env.pushApp('drain');
    env.cluster.apply(appManifests('drain', image));
    const [pod] = await ready('drain');
    const { url } = await routeOf('drain');

    const slow = fetch(`${url}slow`).then((answer) => answer.text());
    await vi.waitUntil(async () => (await podLog(env.cluster, pod?.name ?? '')).includes('slow request'), wait);
    await remove(`/api/v1/namespaces/default/pods/${pod?.name}`);
    const terminating = podsOf(env.cluster, 'drain').find(({ name }) => name === pod?.name);

    expect(terminating?.isTerminating).toBe(true);
    expect(await slow).toBe(`slow ${pod?.name}`);
    await vi.waitUntil(() => podsOf(env.cluster, 'drain').every(({ name }) => name !== pod?.name), wait);
    const [next] = await ready('drain');
    expect(await (await fetch(url)).text()).toBe(`drain ${next?.name}`);
  });

  it('an app that ignores SIGTERM is killed when its grace period is over', async () => {
    const image = await env.pushApp('deaf', ['DEAF=yes']);
    env.cluster.apply(appManifests('deaf', image, { spec: { terminationGracePeriodSeconds: 1 } }));
    const [pod] = await ready('deaf');
    const before = env.runtime.pids.length;
    const start = performance.now();

    env.cluster.apply(appManifests('deaf', image, { replicas: 0, spec: { terminationGracePeriodSeconds: 1 } }));
    await vi.waitUntil(() => podsOf(env.cluster, 'deaf').some(({ isTerminating }) => isTerminating), wait);
    const log = await vi.waitUntil(async () => {
      const text = await podLog(env.cluster, pod?.name ?? '');
      return text.includes('ending') && text;
    }, wait);
    await vi.waitUntil(() => podsOf(env.cluster, 'deaf').length === 0, wait);

    expect(log).toContain('ending');
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(env.runtime.pids.length).toBe(before - 1);
  });

  it('an app is served without a failed request while its Deployment rolls out another image', async () => {
    const one = await env.pushApp('v1');
    const two = await env.pushApp('v2');
    env.cluster.apply(appManifests('roll', one, { replicas: 2 }));
    await ready('roll', 2);
    const { url } = await routeOf('roll');
    const seen = new Map<string, number>();
    let rolling = true;
    const visitor = async () => {
      while (rolling) {
        const answer = await fetch(url);
        const [version = ''] = (await answer.text()).split(' ');
        const what = `${answer.status} ${version}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
    };
    const visitors = [visitor(), visitor(), visitor(), visitor()];
    await vi.waitUntil(() => (seen.get('200 v1') ?? 0) > 50, wait);

    env.cluster.apply(appManifests('roll', two, { replicas: 2 }));
    await vi.waitUntil(() => {
      const pods = podsOf(env.cluster, 'roll');
      return pods.length === 2 && (seen.get('200 v2') ?? 0) > 100;
    }, wait);
    rolling = false;
    await Promise.all(visitors);

    expect([...seen.keys()].sort()).toEqual(['200 v1', '200 v2']);
    expect(await (await fetch(url)).text()).toMatch(/^v2 /);
  });

  it('two replicas of an app serve it in turn', async () => {
    const image = await env.pushApp('two');
    env.cluster.apply(appManifests('two', image, { replicas: 2 }));
    const pods = await ready('two', 2);
    const { url } = await routeOf('two');

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => (await fetch(url)).text()));

    const byPod = pods.map(({ name }) => answers.filter((answer) => answer === `two ${name}`).length);
    expect(byPod).toEqual([3, 3]);
  });

  it('an app waits for its Secret, and starts when that is created', async () => {
    const image = await env.pushApp('vault');
    const variables = [{ name: 'VERSION', valueFrom: { secretKeyRef: { name: 'vault', key: 'word' } } }];
    env.cluster.apply(appManifests('vault', image, { container: { env: variables } }));

    const waiting = await vi.waitUntil(
      () => container('vault')?.state.waiting?.reason === 'CreateContainerConfigError' && container('vault'),
      wait,
    );
    env.cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vault' },
      stringData: { word: 'sesame' },
    });
    await ready('vault');

    expect(waiting.state.waiting?.message).toBe('secret "vault" not found');
    expect(await (await fetch((await routeOf('vault')).url)).text()).toMatch(/^sesame /);
  });

  it('an app whose image is missing starts when that is pushed', async () => {
    env.cluster.apply(appManifests('later', 'registry.example.com/app:later'));

    const waiting = await vi.waitUntil(
      () => container('later')?.state.waiting?.reason === 'ErrImagePull' && container('later'),
      wait,
    );
    await env.pushApp('later');
    await ready('later');

    expect(waiting.state.waiting?.message).toContain('registry.example.com/app:later: not found');
  });
});

it('a cluster that stops leaves no process behind', async () => {
  const own = await startTestEnv();
  const image = await own.pushApp('short', ['DEAF=yes']);
  own.cluster.apply(appManifests('short', image, { replicas: 2 }));
  await vi.waitUntil(() => podsOf(own.cluster, 'short').filter(isReady).length === 2, wait);
  const { pids } = own.runtime;

  expect(pids.map(isRunning)).toEqual([true, true]);
  await own.cluster.stop();

  expect(pids.map(isRunning)).toEqual([false, false]);
  expect(own.runtime.pids).toEqual([]);
  await own.stop();
});
