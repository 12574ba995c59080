import type { RegistryServer } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { outcomes } from '@keelson/simulator/kubelet';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { TestEnv } from './both-clusters.ts';
import { onBothClusters } from './both-clusters.ts';
import type { ContainerStatus, PodObject } from './pod-status.ts';
import { conditionOf, podSchema, shown } from './pod-status.ts';

const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

const registries: RegistryServer[] = [];
afterAll(() => Promise.all(registries.map((registry) => registry.stop())));

async function mirrors(): Promise<Record<string, string>> {
  const registry = await startRegistry();
  const broken = await startRegistry();
  registries.push(registry, broken);
  const after = { 'sh.keelson.after': '500' };
  for (const outcome of [...outcomes, 'surprise']) {
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

/** A pod whose versions are read one after another from a watch: no state is missed, however short it is. */
class WatchedPod {
  readonly #versions: AsyncIterator<{ readonly object: unknown }>;
  #current: PodObject;

  constructor(created: unknown, versions: AsyncIterator<{ readonly object: unknown }>) {
    this.#current = podSchema.parse(created);
    this.#versions = versions;
  }

  /** What `probe` returns of the first version, from the last one read on, for which it returns anything. */
  async until<T>(probe: (pod: PodObject) => T | undefined | false): Promise<T> {
    for (;;) {
      const found = probe(this.#current);
      if (found !== undefined && found !== false) return found;
      const next = await this.#versions.next();
      if (next.done === true) throw new Error('The watch ended before the pod was as expected.');
      this.#current = podSchema.parse(next.value.object);
    }
  }

  /** The first version in which one of the containers is as expected, and that container. */
  once(
    list: 'containerStatuses' | 'initContainerStatuses',
    is: (status: ContainerStatus) => boolean,
  ): Promise<{ readonly pod: PodObject; readonly status: ContainerStatus }> {
    return this.until((pod) => {
      const status = pod.status[list].find(is);
      return status !== undefined && { pod, status };
    });
  }
}

/** Creates a pod in a namespace of its own. It is deleted after the test: what restarts for ever would slow the others down. */
async function run({ api, namespace }: TestEnv, spec: unknown): Promise<WatchedPod> {
  const path = `/api/v1/namespaces/${await namespace()}/pods`;
  const created = await api.do('POST', path, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
  const { resourceVersion } = versioned.parse(created).metadata;
  const versions = api.watch(`${path}?resourceVersion=${resourceVersion}`);
  onTestFinished(async () => {
    await versions.return(undefined);
    await api.request('DELETE', `${path}/web`, { gracePeriodSeconds: 0 });
  });
  return new WatchedPod(created, versions);
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
  (env) => {
    it.each(rows)(
      'a pod of one container $outcome shows what becomes of it',
      async ({ outcome, is, ready, last = {} }) => {
        const pod = await run(env, { containers: [app(outcome)] });

        const { pod: then, status } = await pod.once('containerStatuses', is);

        expect(conditionOf(then, 'Ready')?.status).toBe(ready);
        expect(status.lastState.terminated ?? {}).toMatchObject(last);
      },
    );

    it.each(rows)(
      'a container $outcome fares the same beside one that is ready',
      async ({ outcome, is, ready, last = {} }) => {
        const pod = await run(env, { containers: [{ name: 'side', image: image('ready') }, app(outcome)] });

        const { pod: then, status } = await pod.once('containerStatuses', (each) => each.name === 'app' && is(each));
        const { pod: later } = await pod.once('containerStatuses', (each) => each.name === 'side' && each.ready);

        expect(status.lastState.terminated ?? {}).toMatchObject(last);
        expect([then, later].map((each) => conditionOf(each, 'Ready')?.status)).toContain(ready);
      },
    );

    it('a container that stops being ready changes the condition Ready, and when it last changed', async () => {
      const pod = await run(env, { containers: [app('flap')] });
      const { pod: before } = await pod.once('containerStatuses', ({ ready }) => ready);
      const { pod: after, status } = await pod.once('containerStatuses', (each) => !each.ready);

      expect([conditionOf(before, 'Ready')?.status, conditionOf(after, 'Ready')?.status]).toEqual(['True', 'False']);
      expect(shown(status)).toBe('Running');
      const [earlier = '', later = ''] = [before, after].map((each) => conditionOf(each, 'Ready')?.lastTransitionTime);
      expect(Date.parse(later)).toBeGreaterThanOrEqual(Date.parse(earlier));
    });

    it.each([
      ['crash', 'CrashLoopBackOff'],
      ['oom', 'CrashLoopBackOff'],
      ['config-error', 'CreateContainerConfigError'],
      ['no-start', 'RunContainerError'],
      ['missing', 'ImagePullBackOff'],
    ])('an init container %s stays in %s, and no later container starts', async (outcome, reason) => {
      const spec = {
        initContainers: [
          { ...app('ready'), name: 'first' },
          { ...app(outcome), name: 'second' },
        ],
        containers: [app('ready')],
      };
      const { pod } = await (await run(env, spec)).once('initContainerStatuses', (each) => shown(each) === reason);

      expect(pod.status.phase).toBe('Pending');
      expect(pod.status.initContainerStatuses.map(({ name, ready }) => [name, ready])).toEqual([
        ['first', true],
        ['second', false],
      ]);
      expect(pod.status.containerStatuses.map(shown)).toEqual(['PodInitializing']);
      expect(conditionOf(pod, 'Initialized')?.status).toBe('False');
    });

    it('init containers that complete let the other containers start', async () => {
      const spec = { initContainers: [{ ...app('slow'), name: 'first' }], containers: [app('ready')] };
      const { pod } = await (await run(env, spec)).once('containerStatuses', ({ ready }) => ready);

      expect(pod.status.initContainerStatuses.map(shown)).toEqual(['Completed']);
      expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
      expect(conditionOf(pod, 'Ready')?.status).toBe('True');
    });

    const sidecar = (outcome: string) => ({ ...app(outcome), name: 'proxy', restartPolicy: 'Always' });

    it('a sidecar runs beside the other containers', async () => {
      const spec = { initContainers: [sidecar('ready')], containers: [app('ready')] };
      const web = await run(env, spec);
      const pod = await web.until((now) => conditionOf(now, 'Ready')?.status === 'True' && now);

      expect(pod.status.initContainerStatuses.map(shown)).toEqual(['Running']);
    });

    it.each([
      ['unready', 'Running'],
      ['crash', 'CrashLoopBackOff'],
    ])('a sidecar %s lets the other containers start, and keeps the pod unready', async (outcome, reason) => {
      const spec = { initContainers: [sidecar(outcome)], containers: [app('ready')] };
      const web = await run(env, spec);
      const pod = await web.until((now) => {
        const up = now.status.containerStatuses.every(({ ready }) => ready);
        return up && now.status.initContainerStatuses.map(shown)[0] === reason && now;
      });

      expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
      expect(conditionOf(pod, 'Ready')?.status).toBe('False');
    });

    it('a pod that need not restart ends although its sidecar still runs', async () => {
      const spec = { restartPolicy: 'Never', initContainers: [sidecar('ready')], containers: [app('complete')] };
      const web = await run(env, spec);

      const pod = await web.until((now) => now.status.initContainerStatuses.map(shown)[0] === 'Completed' && now);

      expect(pod.status.phase).toBe('Succeeded');
    });

    it('a container status gives the times at which its runs started and ended', async () => {
      const web = await run(env, { containers: [app('late-crash')] });
      const { pod, status } = await web.once(
        'containerStatuses',
        ({ ready, restartCount }) => ready && restartCount > 0,
      );

      const { startedAt = '', finishedAt = '' } = status.lastState.terminated ?? {};
      const times = [pod.metadata.creationTimestamp, startedAt, finishedAt, status.state.running?.startedAt ?? ''];
      expect(times.map((each) => Date.parse(each))).toEqual(
        times.map((each) => Date.parse(each)).toSorted((a, b) => a - b),
      );
    });

    it.each([
      ['apps.test/team/web:missing', 'apps.test/team/web:missing: not found'],
      ['broken.test/429/web:1', '/v2/429/web/manifests/1: 429 Too Many Requests'],
      ['broken.test/503/web:1', '/v2/503/web/manifests/1: 503 Service Unavailable'],
      ['locked.test/team/web:1', 'failed to authorize: failed to fetch anonymous token: unexpected status from GET'],
      ['broken.test/silent/web:1', 'net/http: timeout awaiting response headers'],
      ['broken.test/cut/web:1', 'connection reset by peer'],
    ])('a container whose image cannot be pulled says why: %s', async (name, why) => {
      const web = await run(env, { containers: [{ name: 'app', image: name }] });
      const { status: first } = await web.once('containerStatuses', (each) => shown(each) === 'ErrImagePull');
      const { status: then } = await web.once('containerStatuses', (each) => shown(each) === 'ImagePullBackOff');

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
    ])(
      'a container whose image is not pulled at all says why: %s with pull policy %s',
      async (name, imagePullPolicy, reason) => {
        const spec = { containers: [{ name: 'app', image: name, imagePullPolicy }] };

        const { pod } = await (await run(env, spec)).once('containerStatuses', (each) => shown(each) === reason);

        expect(pod.status.phase).toBe('Pending');
      },
    );
  },
  { mirrors },
);
