import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaptopStage } from '../src/testing/laptop-stage.ts';
import { appManifests, eventually, startLaptopStage } from '../src/testing/laptop-stage.ts';
import { lives } from '../src/testing/lives.ts';

let stage: LaptopStage;

beforeAll(async () => {
  stage = await startLaptopStage();
});
afterAll(() => stage.stop());

const routeOf = (name: string) => eventually(() => stage.ingress.routes.find(({ host }) => host === `${name}.test`));
const ready = (name: string, count = 1) =>
  eventually(() => {
    const pods = stage.podsOf(name).filter(({ leaving, status }) => !leaving && isReady(status));
    return pods.length === count && pods;
  });
const isReady = ({ conditions }: { conditions: { type: string; status: string }[] }) =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
const container = (name: string) => stage.podsOf(name)[0]?.status.containerStatuses[0];
const remove = (path: string) =>
  fetch(`${stage.cluster.server}${path}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${stage.cluster.token}` },
  });

describe('an app', () => {
  it('runs the image that its tag means, and is served by its host when its probe says so', async () => {
    const image = await stage.pushApp('one');
    stage.cluster.apply(appManifests('one', image));

    const [pod] = await ready('one');
    const { url } = await routeOf('one');
    const env = JSON.parse(await (await fetch(`${url}env`)).text());

    expect(await (await fetch(url)).text()).toBe(`one ${pod?.name}`);
    expect(pod?.status.containerStatuses[0]).toMatchObject({ started: true, ready: true, restartCount: 0 });
    expect(pod?.status.containerStatuses[0]?.imageID).toMatch(/^registry\.example\.com\/app@sha256:[0-9a-f]{64}$/);
    expect(await stage.log(pod?.name ?? '')).toBe(`listening as ${pod?.name}\n`);
    expect(Object.keys(env).sort()).toEqual(['HOME', 'HOSTNAME', 'PATH', 'PORT', 'TMPDIR', 'VERSION']);
  });

  it('is never served while it is unhealthy, and says so', async () => {
    const image = await stage.pushApp('sick', ['HEALTHY=no']);
    stage.cluster.apply(appManifests('sick', image));
    const { url } = await routeOf('sick');

    const pod = await eventually(() => stage.podsOf('sick').find(({ status }) => status.containerStatuses[0]?.started));
    const why = 'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503';
    await eventually(() => stage.events(pod.name).includes(why));
    const answer = await fetch(url);

    expect(container('sick')).toMatchObject({ ready: false, restartCount: 0 });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('No pod of sick.test is ready.');
  });

  it('that crashes is started again, ever later, with its last words kept', async () => {
    const image = await stage.pushApp('crash');
    const command = ['node', '-e', 'console.log("DATABASE_URL is not set"); process.exit(3)'];
    stage.cluster.apply(appManifests('crash', image, { container: { command } }));

    const found = await eventually(() => {
      const each = container('crash');
      return each?.state.waiting?.reason === 'CrashLoopBackOff' && each.restartCount >= 1 && each;
    });

    expect(found).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 3, reason: 'Error' } } });
    const name = stage.podsOf('crash')[0]?.name ?? '';
    expect(await stage.log(name)).toBe('DATABASE_URL is not set\n');
    expect(await stage.log(name, 'previous=true')).toBe('DATABASE_URL is not set\n');
    await remove('/apis/apps/v1/namespaces/default/deployments/crash');
    await eventually(() => stage.podsOf('crash').length === 0);
  });

  it('that stops being healthy is killed and started again', async () => {
    const image = await stage.pushApp('heart');
    const livenessProbe = { httpGet: { path: '/api/health', port: 3000 }, periodSeconds: 1, failureThreshold: 1 };
    // without it one that comes up slowly would be killed before it listens
    const startupProbe = { tcpSocket: { port: 3000 }, periodSeconds: 1, failureThreshold: 30 };
    stage.cluster.apply(appManifests('heart', image, { container: { livenessProbe, startupProbe } }));
    const [pod] = await ready('heart');
    const { url } = await routeOf('heart');

    await fetch(`${url}sicken`);
    await eventually(() => container('heart')?.restartCount === 1 && container('heart')?.ready);

    expect(container('heart')?.lastState.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(stage.events(pod?.name ?? '')).toEqual(
      expect.arrayContaining([
        'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 503',
        'Killing: Container app failed liveness probe, will be restarted',
      ]),
    );
    expect(await stage.log(pod?.name ?? '', 'previous=true')).toMatch(/ending\n$/);
  });

  it('ends its requests before it goes; until then the pod is there, and no new request comes', async () => {
    const image = await stage.pushApp('drain');
    stage.cluster.apply(appManifests('drain', image));
    const [pod] = await ready('drain');
    const { url } = await routeOf('drain');

    const slow = fetch(`${url}slow`).then((answer) => answer.text());
    await new Promise((resolve) => setTimeout(resolve, 150));
    await remove(`/api/v1/namespaces/default/pods/${pod?.name}`);
    const leaving = stage.podsOf('drain').find(({ name }) => name === pod?.name);

    expect(leaving?.leaving).toBe(true);
    expect(await slow).toBe(`slow ${pod?.name}`);
    await eventually(() => stage.podsOf('drain').every(({ name }) => name !== pod?.name));
    const [next] = await ready('drain');
    expect(await (await fetch(url)).text()).toBe(`drain ${next?.name}`);
  });

  it('that does not listen to SIGTERM is gone when its time is over', async () => {
    const image = await stage.pushApp('deaf', ['DEAF=yes']);
    stage.cluster.apply(appManifests('deaf', image, { spec: { terminationGracePeriodSeconds: 1 } }));
    const [pod] = await ready('deaf');
    const before = stage.runtime.pids.length;
    const start = performance.now();

    stage.cluster.apply(appManifests('deaf', image, { replicas: 0, spec: { terminationGracePeriodSeconds: 1 } }));
    await eventually(() => stage.podsOf('deaf').some(({ leaving }) => leaving));
    const log = await eventually(async () => {
      const text = await stage.log(pod?.name ?? '');
      return text.includes('ending') && text;
    });
    await eventually(() => stage.podsOf('deaf').length === 0);

    expect(log).toContain('ending');
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(stage.runtime.pids.length).toBe(before - 1);
  });

  it('is served all the time while its Deployment rolls out another image', async () => {
    const one = await stage.pushApp('v1');
    const two = await stage.pushApp('v2');
    stage.cluster.apply(appManifests('roll', one, { replicas: 2 }));
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
    await eventually(() => (seen.get('200 v1') ?? 0) > 50);

    stage.cluster.apply(appManifests('roll', two, { replicas: 2 }));
    await eventually(() => {
      const pods = stage.podsOf('roll');
      return pods.length === 2 && (seen.get('200 v2') ?? 0) > 100;
    });
    rolling = false;
    await Promise.all(visitors);

    expect([...seen.keys()].sort()).toEqual(['200 v1', '200 v2']);
    expect(await (await fetch(url)).text()).toMatch(/^v2 /);
  });

  it('with two replicas is served by both, in turn', async () => {
    const image = await stage.pushApp('two');
    stage.cluster.apply(appManifests('two', image, { replicas: 2 }));
    const pods = await ready('two', 2);
    const { url } = await routeOf('two');

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => (await fetch(url)).text()));

    const byPod = pods.map(({ name }) => answers.filter((answer) => answer === `two ${name}`).length);
    expect(byPod).toEqual([3, 3]);
  });

  it('waits for its Secret, and starts when it is there', async () => {
    const image = await stage.pushApp('vault');
    const env = [{ name: 'VERSION', valueFrom: { secretKeyRef: { name: 'vault', key: 'word' } } }];
    stage.cluster.apply(appManifests('vault', image, { container: { env } }));

    const waiting = await eventually(
      () => container('vault')?.state.waiting?.reason === 'CreateContainerConfigError' && container('vault'),
    );
    stage.cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vault' },
      stringData: { word: 'sesame' },
    });
    await ready('vault');

    expect(waiting.state.waiting?.message).toBe('secret "vault" not found');
    expect(await (await fetch((await routeOf('vault')).url)).text()).toMatch(/^sesame /);
  });

  it('whose image is missing is not started, and comes up when it is pushed', async () => {
    stage.cluster.apply(appManifests('later', 'registry.example.com/app:later'));

    const waiting = await eventually(
      () => container('later')?.state.waiting?.reason === 'ErrImagePull' && container('later'),
    );
    await stage.pushApp('later');
    await ready('later');

    expect(waiting.state.waiting?.message).toContain('registry.example.com/app:later: not found');
  });
});

it('leaves no process behind when the cluster stops', async () => {
  const own = await startLaptopStage();
  const image = await own.pushApp('short', ['DEAF=yes']);
  own.cluster.apply(appManifests('short', image, { replicas: 2 }));
  await eventually(() => own.podsOf('short').filter(({ status }) => isReady(status)).length === 2);
  const { pids } = own.runtime;

  expect(pids.map(lives)).toEqual([true, true]);
  await own.cluster.stop();

  expect(pids.map(lives)).toEqual([false, false]);
  expect(own.runtime.pids).toEqual([]);
  await own.stop();
});
