import type { RegistryServer } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { OUTCOMES } from '@keelson/simulator/kubelet';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Stage } from './both-clusters.ts';
import { onBothClusters } from './both-clusters.ts';
import type { ContainerStatus, PodObject } from './pod-status.ts';
import { conditionOf, podSchema, shown } from './pod-status.ts';
import { until } from './until.ts';

const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

const registries: RegistryServer[] = [];
afterAll(() => Promise.all(registries.map((registry) => registry.stop())));

async function mirrors(): Promise<Record<string, string>> {
  const registry = await startRegistry();
  const broken = await startRegistry();
  registries.push(registry, broken);
  const after = { 'sh.keelson.after': '500' };
  for (const outcome of [...OUTCOMES, 'surprise']) {
    await pushImage(registry, 'team/web', outcome, { labels: { 'sh.keelson.outcome': outcome, ...after } });
  }
  const status = (code: number) => ({ path: `/${code}/`, fault: { type: 'status', status: code } as const });
  for (const code of [429, 503]) broken.faults.inject(status(code));
  broken.faults.inject({ path: '/silent/', fault: { type: 'hang' } });
  broken.faults.inject({ path: '/cut/', fault: { type: 'reset' } });
  const locked = await startRegistry({ auth: { type: 'bearer', users: { robot: 'secret' }, anonymous: false } });
  registries.push(locked);
  return { 'apps.test': registry.url, 'broken.test': broken.url, 'locked.test': locked.url };
}

const image = (outcome: string) => `apps.test/team/web:${outcome}`;
const app = (outcome: string) => ({ name: 'app', image: image(outcome) });

/**
 * Makes a pod. What is returned gives one version of it after the other, and the newest again when there is no newer one: so that no state
 * is missed, however short it is and however busy the machine.
 */
async function run({ api }: Stage, namespace: string, spec: unknown): Promise<() => Promise<PodObject>> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const made = await api.do('POST', path, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
  const versions = [made];
  const from = versioned.parse(made).metadata.resourceVersion;
  follow(api.watch(`${path}?resourceVersion=${from}`), versions).catch(() => undefined);
  let next = 0;
  return async () => {
    const version = versions[Math.min(next, versions.length - 1)];
    next = Math.min(next + 1, versions.length);
    return podSchema.parse(version);
  };
}

/** Until the test's client is closed. */
async function follow(watched: AsyncIterable<unknown>, versions: unknown[]): Promise<void> {
  for await (const version of watched) versions.push(version);
}

/** The pod once one of its containers is as asked. */
function once(
  read: () => Promise<PodObject>,
  list: 'containerStatuses' | 'initContainerStatuses',
  is: (status: ContainerStatus) => boolean,
): Promise<{ readonly pod: PodObject; readonly status: ContainerStatus }> {
  return until(async () => {
    const pod = await read();
    const status = pod.status[list].find(is);
    return status !== undefined && { pod, status };
  });
}

interface Row {
  readonly outcome: string;
  readonly is: (status: ContainerStatus) => boolean;
  /** What the pod's condition Ready says then. */
  readonly ready: 'True' | 'False';
  readonly last?: { readonly exitCode: number; readonly reason: string };
}

const failed = { exitCode: 1, reason: 'Error' };
const rows: readonly Row[] = [
  { outcome: 'ready', is: ({ ready }) => ready, ready: 'True' },
  { outcome: 'surprise', is: ({ ready }) => ready, ready: 'True' },
  { outcome: 'slow', is: (status) => shown(status) === 'Running' && !status.ready, ready: 'False' },
  { outcome: 'slow', is: ({ ready }) => ready, ready: 'True' },
  { outcome: 'unready', is: (status) => shown(status) === 'Running', ready: 'False' },
  { outcome: 'flap', is: ({ ready }) => ready, ready: 'True' },
  { outcome: 'crash', is: (status) => shown(status) === 'CrashLoopBackOff', ready: 'False', last: failed },
  { outcome: 'crash', is: ({ restartCount }) => restartCount >= 2, ready: 'False', last: failed },
  { outcome: 'late-crash', is: ({ ready, restartCount }) => ready && restartCount === 0, ready: 'True' },
  { outcome: 'late-crash', is: ({ ready, restartCount }) => ready && restartCount >= 2, ready: 'True', last: failed },
  {
    outcome: 'oom',
    is: (status) => shown(status) === 'CrashLoopBackOff',
    ready: 'False',
    last: { exitCode: 137, reason: 'OOMKilled' },
  },
  { outcome: 'config-error', is: (status) => shown(status) === 'CreateContainerConfigError', ready: 'False' },
  {
    outcome: 'no-start',
    is: (status) => shown(status) === 'RunContainerError',
    ready: 'False',
    last: { exitCode: 128, reason: 'StartError' },
  },
  { outcome: 'no-start', is: (status) => shown(status) === 'CrashLoopBackOff', ready: 'False' },
];

onBothClusters(
  'containers',
  (stage) => {
    describe.each(rows)('with the outcome $outcome', ({ outcome, is, ready, last = {} }) => {
      it('alone', async () => {
        const { pod, status } = await once(
          await run(stage, await stage.namespace(), { containers: [app(outcome)] }),
          'containerStatuses',
          is,
        );

        expect(conditionOf(pod, 'Ready')?.status).toBe(ready);
        expect(status.lastState.terminated ?? {}).toMatchObject(last);
      });

      it('beside one that is ready', async () => {
        const read = await run(stage, await stage.namespace(), {
          containers: [{ name: 'side', image: image('ready') }, app(outcome)],
        });
        const { pod, status } = await once(read, 'containerStatuses', (each) => each.name === 'app' && is(each));
        const { pod: later } = await once(read, 'containerStatuses', (each) => each.name === 'side' && each.ready);

        expect(status.lastState.terminated ?? {}).toMatchObject(last);
        expect([pod, later].map((each) => conditionOf(each, 'Ready')?.status)).toContain(ready);
      });
    });

    it('flap: ready, and then no more, from when the condition says', async () => {
      const read = await run(stage, await stage.namespace(), { containers: [app('flap')] });
      const { pod: before } = await once(read, 'containerStatuses', ({ ready }) => ready);
      const { pod: after, status } = await once(read, 'containerStatuses', (each) => !each.ready);

      expect([conditionOf(before, 'Ready')?.status, conditionOf(after, 'Ready')?.status]).toEqual(['True', 'False']);
      expect(shown(status)).toBe('Running');
      const [earlier = '', later = ''] = [before, after].map((pod) => conditionOf(pod, 'Ready')?.lastTransitionTime);
      expect(Date.parse(later)).toBeGreaterThanOrEqual(Date.parse(earlier));
    });

    it.each([
      ['crash', 'CrashLoopBackOff'],
      ['oom', 'CrashLoopBackOff'],
      ['config-error', 'CreateContainerConfigError'],
      ['no-start', 'RunContainerError'],
      ['missing', 'ImagePullBackOff'],
    ])('an init container with the outcome %s stays at %s, and nothing after it starts', async (outcome, reason) => {
      const spec = {
        initContainers: [
          { ...app('ready'), name: 'first' },
          { ...app(outcome), name: 'second' },
        ],
        containers: [app('ready')],
      };
      const read = await run(stage, await stage.namespace(), spec);
      const { pod } = await once(read, 'initContainerStatuses', (each) => shown(each) === reason);

      expect(pod.status.phase).toBe('Pending');
      expect(pod.status.initContainerStatuses.map(({ name, ready }) => [name, ready])).toEqual([
        ['first', true],
        ['second', false],
      ]);
      expect(pod.status.containerStatuses.map(shown)).toEqual(['PodInitializing']);
      expect(conditionOf(pod, 'Initialized')?.status).toBe('False');
    });

    it('init containers that end well let the others start', async () => {
      const spec = { initContainers: [{ ...app('slow'), name: 'first' }], containers: [app('ready')] };
      const { pod } = await once(
        await run(stage, await stage.namespace(), spec),
        'containerStatuses',
        ({ ready }) => ready,
      );

      expect(pod.status.initContainerStatuses.map(shown)).toEqual(['Completed']);
      expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
      expect(conditionOf(pod, 'Ready')?.status).toBe('True');
    });

    const sidecar = (outcome: string) => ({ ...app(outcome), name: 'proxy', restartPolicy: 'Always' });

    it('a sidecar runs beside the others', async () => {
      const spec = { initContainers: [sidecar('ready')], containers: [app('ready')] };
      const read = await run(stage, await stage.namespace(), spec);
      const pod = await until(async () => {
        const now = await read();
        return conditionOf(now, 'Ready')?.status === 'True' && now;
      });

      expect(pod.status.initContainerStatuses.map(shown)).toEqual(['Running']);
    });

    it.each([
      ['unready', 'Running'],
      ['crash', 'CrashLoopBackOff'],
    ])('a sidecar that is %s lets the others start, and keeps the pod from being ready', async (outcome, reason) => {
      const spec = { initContainers: [sidecar(outcome)], containers: [app('ready')] };
      const read = await run(stage, await stage.namespace(), spec);
      const pod = await until(async () => {
        const now = await read();
        const up = now.status.containerStatuses.every(({ ready }) => ready);
        return up && now.status.initContainerStatuses.map(shown)[0] === reason && now;
      });

      expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
      expect(conditionOf(pod, 'Ready')?.status).toBe('False');
    });

    it('a pod of a Job ends although a sidecar would run on', async () => {
      const spec = { restartPolicy: 'Never', initContainers: [sidecar('ready')], containers: [app('complete')] };
      const read = await run(stage, await stage.namespace(), spec);

      const pod = await until(async () => {
        const now = await read();
        return now.status.initContainerStatuses.map(shown)[0] === 'Completed' && now;
      });

      expect(pod.status.phase).toBe('Succeeded');
    });

    it('says truthfully when runs began and ended', async () => {
      const read = await run(stage, await stage.namespace(), { containers: [app('late-crash')] });
      const { pod, status } = await once(
        read,
        'containerStatuses',
        ({ ready, restartCount }) => ready && restartCount > 0,
      );

      const { startedAt = '', finishedAt = '' } = status.lastState.terminated ?? {};
      const moments = [pod.metadata.creationTimestamp, startedAt, finishedAt, status.state.running?.startedAt ?? ''];
      expect(moments.map((each) => Date.parse(each))).toEqual(
        moments.map((each) => Date.parse(each)).toSorted((a, b) => a - b),
      );
    });

    it.each([
      ['apps.test/team/web:missing', 'apps.test/team/web:missing: not found'],
      ['broken.test/429/web:1', '/v2/429/web/manifests/1: 429 Too Many Requests'],
      ['broken.test/503/web:1', '/v2/503/web/manifests/1: 503 Service Unavailable'],
      ['locked.test/team/web:1', 'failed to authorize: failed to fetch anonymous token: unexpected status from GET'],
      ['broken.test/silent/web:1', 'net/http: timeout awaiting response headers'],
      ['broken.test/cut/web:1', 'connection reset by peer'],
    ])('an image that cannot be pulled says why: %s', async (name, why) => {
      const read = await run(stage, await stage.namespace(), { containers: [{ name: 'app', image: name }] });
      const { status: first } = await once(read, 'containerStatuses', (each) => shown(each) === 'ErrImagePull');
      const { status: then } = await once(read, 'containerStatuses', (each) => shown(each) === 'ImagePullBackOff');

      expect(first.state.waiting?.message).toMatch(
        /^rpc error: code = (NotFound|Unknown) desc = failed to pull and unpack/,
      );
      expect(first.state.waiting?.message).toContain(why);
      expect(then.state.waiting?.message).toBe(
        `Back-off pulling image "${name}": ErrImagePull: ${first.state.waiting?.message}`,
      );
    });

    it.each([
      ['apps.test/team/Web:1', 'IfNotPresent', 'InvalidImageName'],
      ['apps.test/team/web:elsewhere', 'Never', 'ErrImageNeverPull'],
    ])('an image that is not even asked for says so: %s %s', async (name, imagePullPolicy, reason) => {
      const spec = { containers: [{ name: 'app', image: name, imagePullPolicy }] };

      const { pod } = await once(
        await run(stage, await stage.namespace(), spec),
        'containerStatuses',
        (each) => shown(each) === reason,
      );

      expect(pod.status.phase).toBe('Pending');
    });
  },
  { mirrors },
);
