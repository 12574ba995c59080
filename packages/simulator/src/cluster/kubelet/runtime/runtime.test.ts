import { createServer } from 'node:http';
import { listen } from '@keelson/process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { SimulatedCluster } from '../../options.ts';
import { startSimulatedCluster } from '../../start.ts';
import { call, wait } from '../../test-client.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import { fakeRuntime } from './fake-runtime.ts';

const ended = z.looseObject({ exitCode: z.number(), reason: z.string() });
const container = z.looseObject({
  name: z.string(),
  ready: z.boolean(),
  started: z.boolean(),
  restartCount: z.number(),
  state: z.looseObject({
    waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
    running: z.looseObject({}).optional(),
    terminated: ended.optional(),
  }),
  lastState: z.looseObject({ terminated: ended.optional() }),
});
const status = z.looseObject({
  phase: z.string(),
  podIP: z.string().optional(),
  containerStatuses: z.array(container).default([]),
  initContainerStatuses: z.array(container).default([]),
});

let cluster: SimulatedCluster;
let runtime: FakeRuntime;
const ports = new Map<string, number>();

beforeAll(async () => {
  runtime = fakeRuntime(ports);
  // a tenth of the time between probes
  const times = { pullMs: 0, backoffMs: 300, scale: 0.1 };
  cluster = await startSimulatedCluster({ runtime, times });
});
afterAll(() => cluster.stop());

function run(name: string, more: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): void {
  const containers = [{ name: 'app', image: 'app:1', ...more }];
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { tier: 'web' } },
    spec: { containers, ...spec },
  });
}

const pod = (name: string) => cluster.get('v1', 'Pod', 'default', name);
const statusOf = (name: string) => status.parse(pod(name)?.['status'] ?? { phase: '' });
const app = (name: string) => statusOf(name).containerStatuses[0];
const started = (name: string, count = 1) =>
  vi.waitUntil(() => runtime.containers.filter(({ spec }) => spec.pod.name === name)[count - 1], wait);
const remove = (name: string, options = {}) =>
  call(cluster, 'DELETE', `/api/v1/namespaces/default/pods/${name}`, options);
const log = async (name: string, query = '') =>
  (await call(cluster, 'GET', `/api/v1/namespaces/default/pods/${name}/log?${query}`)).body['text'];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function events(name: string): string[] {
  return cluster
    .list('v1', 'Event')
    .filter(({ involvedObject }) => z.looseObject({ name: z.string() }).parse(involvedObject).name === name)
    .map(({ type, reason, message }) => `${String(type)} ${String(reason)}: ${String(message)}`);
}

/** Collects why the pod's container waits from now on: some states last only milliseconds. @returns a function that ends this, and returns them */
function waitsOf(name: string): () => readonly string[] {
  const seen = new Set<string>();
  const forget = cluster.onChange(() => {
    const { reason, message } = app(name)?.state.waiting ?? {};
    if (reason !== undefined) seen.add(`${reason}: ${message}`);
  });
  return () => {
    forget();
    return [...seen];
  };
}

describe('a container that a runtime runs', () => {
  it('a container without probes is started and ready when it runs, and its pod has the address of this machine', async () => {
    run('plain');

    await vi.waitUntil(() => app('plain')?.ready, wait);

    expect(app('plain')).toMatchObject({ started: true, restartCount: 0, state: { running: {} } });
    expect(statusOf('plain')).toMatchObject({ phase: 'Running', podIP: '127.0.0.1' });
  });

  it.each([
    ['an error', { code: 3 }, { exitCode: 3, reason: 'Error' }],
    ['a good end', { code: 0 }, { exitCode: 0, reason: 'Completed' }],
    ['SIGKILL, which is not out of memory', { signal: 'SIGKILL' as const }, { exitCode: 137, reason: 'Error' }],
    ['SIGTERM', { signal: 'SIGTERM' as const }, { exitCode: 143, reason: 'Error' }],
  ])('a container restarts after %s', async (what, exit, expected) => {
    const name = `again-${what.replaceAll(/\W+/g, '-').toLowerCase()}`;
    run(name);

    (await started(name)).exit(exit);
    await started(name, 2);

    await vi.waitUntil(() => app(name)?.ready, wait);
    expect(app(name)).toMatchObject({ restartCount: 1, lastState: { terminated: expected } });
  });

  it('a container keeps the output of its previous run, and backs off from the second failure on', async () => {
    run('crash');

    const first = await started('crash');
    first.output = 'one\n';
    first.exit({ code: 1 });
    const second = await started('crash', 2);
    second.output = 'two\n';
    await vi.waitUntil(() => app('crash')?.state.running !== undefined && app('crash')?.restartCount === 1, wait);
    expect([await log('crash'), await log('crash', 'previous=true')]).toEqual(['two\n', 'one\n']);
    const waits = waitsOf('crash');
    second.exit({ code: 1 });
    await started('crash', 3);
    await vi.waitUntil(() => app('crash')?.state.running !== undefined && app('crash')?.restartCount === 2, wait);

    expect(waits()).toEqual([expect.stringMatching(/^CrashLoopBackOff: back-off 0.3s restarting/)]);
    expect([await log('crash'), await log('crash', 'previous=true')]).toEqual(['', 'two\n']);
  });

  it('a container that has run for long enough restarts with the first delay', async () => {
    run('stands');
    for (const count of [1, 2, 3]) (await started('stands', count)).exit({ code: 1 });
    await started('stands', 4);
    // sixty first delays of 30 ms
    await pause(2000);

    const waits = waitsOf('stands');
    (await started('stands', 4)).exit({ code: 1 });
    await started('stands', 5);

    expect(waits()).toEqual([expect.stringMatching(/^CrashLoopBackOff: back-off 0.3s restarting/)]);
  });

  it.each([
    ['Never', 0, 'Succeeded', 1],
    ['Never', 1, 'Failed', 1],
    ['OnFailure', 0, 'Succeeded', 1],
    ['OnFailure', 1, 'Running', 2],
  ])(
    'a pod with restartPolicy %s whose container exits with %s becomes %s',
    async (restartPolicy, code, phase, runs) => {
      const name = `${restartPolicy.toLowerCase()}-${code}`;
      run(name, {}, { restartPolicy });

      (await started(name)).exit({ code });
      await started(name, runs);

      await vi.waitUntil(() => statusOf(name).phase === phase, wait);
      await pause(100);
      expect(runtime.containers.filter(({ spec }) => spec.pod.name === name)).toHaveLength(runs);
    },
  );

  it('a container completes a Job', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'work', image: 'work:1' }] } };
    cluster.apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { template } });

    const work = await vi.waitUntil(() => runtime.containers.find(({ spec }) => spec.name === 'work'), wait);
    work.exit({ code: 0 });

    await vi.waitUntil(
      () =>
        z
          .looseObject({ succeeded: z.literal(1) })
          .safeParse(cluster.get('batch/v1', 'Job', 'default', 'work')?.['status']).success,
      wait,
    );
    expect(cluster.get('batch/v1', 'Job', 'default', 'work')?.['status']).toMatchObject({ ready: 0 });
  });

  it('a container starts after init containers, and ends before sidecars', async () => {
    const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' };
    run('order', {}, { restartPolicy: 'Never', initContainers: [{ name: 'init', image: 'init:1' }, sidecar] });
    const of = (name: string) => runtime.containers.find(({ spec }) => spec.pod.name === 'order' && spec.name === name);

    const init = await vi.waitUntil(() => of('init'), wait);
    await pause(50);
    expect(of('proxy')).toBeUndefined();
    init.exit({ code: 0 });
    const main = await vi.waitUntil(() => of('app'), wait);
    expect(of('proxy')?.calls).toEqual([]);
    main.exit({ code: 0 });
    await vi.waitUntil(() => statusOf('order').phase === 'Succeeded', wait);

    expect(of('proxy')?.calls).toEqual(['stop 30000']);
    expect(statusOf('order').initContainerStatuses.map(({ state }) => state.terminated?.exitCode)).toEqual([0, 143]);
  });

  it.each([
    ['content', 'nothing:1', {}, 'ErrImagePull', 'rpc error: code = Unknown desc = no content of nothing:1'],
    [
      'a program',
      'app:1',
      { command: ['nothing'] },
      'RunContainerError',
      'exec: "nothing": executable file not found in $PATH',
    ],
  ])('a container does not start without %s', async (what, image, more, reason, message) => {
    const name = `without-${what.replace(' ', '-')}`;
    run(name, { image, ...more });

    const found = await vi.waitUntil(() => app(name)?.state.waiting?.reason === reason && app(name), wait);

    expect(found.state.waiting?.message).toBe(message);
    expect(events(name)).toContainEqual(expect.stringContaining(message));
  });

  it('a runtime gets command, environment and ports of the manifest, and an event reports what it does not follow', async () => {
    const ports = [{ containerPort: 3000 }, { containerPort: 9090 }];
    run('settings', {
      command: ['node', '$(FILE)'],
      args: ['$(NO)', '$$(FILE)'],
      workingDir: '/app',
      ports,
      env: [{ name: 'FILE', value: 'a.js' }],
    });

    const { spec } = await started('settings');

    expect(spec).toMatchObject({
      name: 'app',
      command: ['node', 'a.js'],
      args: ['$(NO)', '$(FILE)'],
      workingDir: '/app',
      ports: [3000, 9090],
    });
    expect(spec.env).toEqual({ HOSTNAME: 'settings', FILE: 'a.js' });
    await vi.waitUntil(() => events('settings').includes('Warning NotFollowed: only the first port is served'), wait);
  });
});

describe('the end of a pod', () => {
  it('a deleted pod is unready at once, and gone when its containers have exited', async () => {
    run('slow', { args: ['deaf'] }, { terminationGracePeriodSeconds: 1 });
    await vi.waitUntil(() => app('slow')?.ready, wait);
    const start = performance.now();

    await remove('slow');
    await vi.waitUntil(() => app('slow')?.ready === false, wait);
    expect(performance.now() - start).toBeLessThan(900);
    await vi.waitUntil(() => pod('slow') === undefined, wait);

    expect(performance.now() - start).toBeGreaterThan(950);
    expect(runtime.of('slow')?.calls[0]).toBe('stop 1000');
  });

  it('a deleted pod restarts no container that exits before the others', async () => {
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'end' },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          { name: 'quick', image: 'app:1' },
          { name: 'slow', image: 'app:1', args: ['deaf'] },
        ],
      },
    });
    await vi.waitUntil(() => statusOf('end').containerStatuses[1]?.ready, wait);

    await remove('end');
    const quick = await vi.waitUntil(() => app('end')?.state.terminated, wait);
    await vi.waitUntil(() => pod('end') === undefined, wait);

    expect(quick).toMatchObject({ exitCode: 143, reason: 'Error' });
    expect(runtime.containers.filter(({ spec }) => spec.pod.name === 'end')).toHaveLength(2);
  });

  it('a second deletion with a shorter grace period ends a pod sooner, and at once with none', async () => {
    run('soon', { args: ['deaf'] }, { terminationGracePeriodSeconds: 60 });
    await vi.waitUntil(() => app('soon')?.ready, wait);

    await remove('soon');
    await remove('soon', { gracePeriodSeconds: 1 });
    await vi.waitUntil(() => (runtime.of('soon')?.calls.length ?? 0) > 1, wait);
    expect(runtime.of('soon')?.calls).toEqual(['stop 60000', 'stop 1000']);
    await remove('soon', { gracePeriodSeconds: 0 });

    expect(pod('soon')).toBeUndefined();
    await vi.waitUntil(() => runtime.of('soon')?.calls.at(-1) === 'stop 0', wait);
  });

  it('a deleted pod runs preStop before SIGTERM', async () => {
    run('sleepy', { lifecycle: { preStop: { sleep: { seconds: 1 } } } });
    await vi.waitUntil(() => app('sleepy')?.ready, wait);
    const start = performance.now();

    await remove('sleepy');
    await vi.waitUntil(() => runtime.of('sleepy')?.calls.length === 1, wait);

    const elapsed = performance.now() - start;
    expect(elapsed).toBeGreaterThan(950);
    // preStop's second, and what a busy machine adds to it, is part of the grace period.
    const [stop, grace] = runtime.of('sleepy')?.calls[0]?.split(' ') ?? [];
    expect(stop).toBe('stop');
    expect(Number(grace)).toBeLessThanOrEqual(29_000);
    expect(Number(grace)).toBeGreaterThanOrEqual(30_000 - elapsed - 100);
    expect(runtime.of('sleepy')?.calls).toHaveLength(1);
  });
});

describe('probes', () => {
  const exec = (more = {}) => ({ exec: { command: ['check'] }, periodSeconds: 1, ...more });
  const sick = { exitCode: 1, output: 'too tired' };
  const well = { exitCode: 0, output: '' };

  it('a readiness probe changes readiness after as many results as its thresholds say', async () => {
    run('probed', { readinessProbe: exec({ successThreshold: 2, failureThreshold: 2 }) });
    const one = await started('probed');
    await vi.waitUntil(() => app('probed')?.started, wait);
    expect(app('probed')?.ready).toBe(false);

    await vi.waitUntil(() => app('probed')?.ready, wait);
    expect(one.execs).toBe(2);
    one.exec = sick;
    one.execs = 0;
    await vi.waitUntil(() => app('probed')?.ready === false, wait);
    expect(one.execs).toBe(2);

    expect(events('probed')).toEqual(['Warning Unhealthy: Readiness probe failed: too tired']);
    expect(app('probed')).toMatchObject({ restartCount: 0, started: true });
  });

  it('a probe waits for its initial delay', async () => {
    run('delayed', { readinessProbe: exec({ initialDelaySeconds: 5 }) });
    await vi.waitUntil(() => app('delayed')?.started, wait);
    const start = performance.now();

    await vi.waitUntil(() => app('delayed')?.ready, wait);

    expect(performance.now() - start).toBeGreaterThan(400);
  });

  it('liveness and readiness probes wait until the startup probe has passed', async () => {
    run('startup', {
      startupProbe: exec({ initialDelaySeconds: 3, failureThreshold: 100 }),
      livenessProbe: exec({ failureThreshold: 1 }),
      readinessProbe: exec(),
    });
    const one = await started('startup');
    one.exec = sick;
    await vi.waitUntil(() => events('startup').includes('Warning Unhealthy: Startup probe failed: too tired'), wait);
    await pause(300);
    expect(app('startup')).toMatchObject({ started: false, ready: false, restartCount: 0 });

    one.exec = well;
    await vi.waitUntil(() => app('startup')?.ready, wait);

    expect(app('startup')).toMatchObject({ started: true, restartCount: 0 });
    expect(events('startup')).toHaveLength(1);
  });

  it.each([
    ['liveness', 30],
    ['startup', 5],
  ])('a container whose %s probe fails as often as its threshold says restarts', async (kind, seconds) => {
    const name = `dies-${kind}`;
    const more = { initialDelaySeconds: 3, failureThreshold: 2, terminationGracePeriodSeconds: seconds };
    run(name, { [`${kind}Probe`]: exec(more) });
    const one = await started(name);
    one.exec = sick;

    await started(name, 2);
    await vi.waitUntil(() => app(name)?.ready, wait);

    expect(one.calls).toEqual([`stop ${seconds * 1000}`]);
    expect(app(name)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 143, reason: 'Error' } } });
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    expect(events(name)).toEqual([
      `Warning Unhealthy: ${title} probe failed: too tired`,
      `Normal Killing: Container app failed ${kind} probe, will be restarted`,
    ]);
  });

  it("a failed probe records an event in the kubelet's words", async () => {
    let answer = 503;
    const server = createServer((_request, response) => {
      if (answer > 0) response.writeHead(answer).end();
    });
    const port = await listen(server, 0);
    ports.set('worded', port);
    ports.set('closed', 1);
    const http = { httpGet: { path: 'health', port: 'http' }, periodSeconds: 1 };
    run('worded', { readinessProbe: http });
    run('closed', { readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 } });
    const expectFailure = (name: string, why: string) =>
      expect.poll(() => events(name), wait).toContain(`Warning Unhealthy: Readiness probe failed: ${why}`);

    await expectFailure('worded', 'HTTP probe failed with statuscode: 503');
    answer = 0;
    await expectFailure(
      'worded',
      `Get "http://127.0.0.1:${port}/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
    await expectFailure('closed', 'dial tcp 127.0.0.1:1: connect: connection refused');
    answer = 302;
    await vi.waitUntil(() => app('worded')?.ready, wait);

    server.close();
    server.closeAllConnections();
  });
});

it('a cluster returns the addresses of a pod while it runs', async () => {
  ports.set('reached', 12345);
  const here = { host: '127.0.0.1', port: 12345 };
  run('reached', { ports: [{ name: 'http', containerPort: 3000 }] });
  await vi.waitUntil(() => app('reached')?.ready, wait);

  expect(['http', 3000, 80].map((port) => cluster.addressOf('default', 'reached', port))).toEqual([here, here, here]);
  expect(cluster.addressOf('default', 'nobody', 80)).toBeUndefined();
  await remove('reached');
  await vi.waitUntil(() => cluster.addressOf('default', 'reached', 80) === undefined, wait);
});

it('a cluster that stops gives its containers two seconds to exit', async () => {
  const own = fakeRuntime();
  const other = await startSimulatedCluster({ runtime: own, times: { pullMs: 0 } });
  const containers = [
    { name: 'app', image: 'app:1' },
    { name: 'deaf', image: 'app:1', args: ['deaf'] },
  ];
  other.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'last' }, spec: { containers } });
  await vi.waitUntil(() => own.containers.length === 2, wait);
  const start = performance.now();

  await other.stop();

  expect(own.containers.map(({ calls }) => calls[0])).toEqual(['stop 2000', 'stop 2000']);
  expect(performance.now() - start).toBeGreaterThan(1950);
});
