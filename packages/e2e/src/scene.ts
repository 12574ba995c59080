import { randomBytes } from 'node:crypto';
import { readConfig } from '@keelson/config';
import type { History, Rollout } from '@keelson/history';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import type { Producer } from '@keelson/queue';
import { createProducer, registryPoll } from '@keelson/queue';
import type { PushTarget } from '@keelson/simulator';
import { pushImage } from '@keelson/simulator';
import type { RunningWorker, WorkerOptions } from '@keelson/worker';
import { startWorker } from '@keelson/worker';
import { z } from 'zod';
import type { DeploymentOptions } from './manifests.ts';
import { deployment } from './manifests.ts';
import type { Stage } from './stage.ts';
import { host } from './stage.ts';
import { until } from './until.ts';

const live = z.object({
  metadata: z.object({
    generation: z.number(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
    }),
  }),
  status: z.object({ availableReplicas: z.number().optional(), observedGeneration: z.number().optional() }),
});

export type Live = z.output<typeof live>;

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      status: z.object({
        containerStatuses: z.array(z.object({ ready: z.boolean(), imageID: z.string() })).default([]),
      }),
    }),
  ),
});

export interface SceneOptions {
  /** One that the test makes by itself. @default a new one, which is made here */
  readonly namespace?: string;
  /** @default one of its own */
  readonly repository?: string;
}

/** One test's own corner of a stage: a namespace, a repository, a prefix in Redis. */
export type Scene = Awaited<ReturnType<typeof openScene>>;

export async function openScene(stage: Stage, options: SceneOptions = {}) {
  const prefix = `e2e-${randomBytes(4).toString('hex')}`;
  const { namespace = prefix, repository = `${prefix}/app` } = options;
  const env = {
    KEELSON_NAMESPACES: namespace,
    KEELSON_PREFIX: prefix,
    KEELSON_REGISTRIES: stage.registries,
    KEELSON_MIRRORS_ONLY: 'true',
    KEELSON_GRACE_SECONDS: '5',
    // Those who wait for a soak name one.
    KEELSON_SOAK_SECONDS: '0',
  };
  const config = { ...readConfig(env), redisUrl: stage.redis.url };
  const history: History = createHistory({ redis: stage.redis.url, prefix });
  const producer: Producer = createProducer({ redis: stage.redis.url, prefix });
  const workers = new Set<RunningWorker>();
  const log = createLogger({ level: 'fatal', name: prefix });
  const path = (name = '') => `/apis/apps/v1/namespaces/${namespace}/deployments${name === '' ? '' : `/${name}`}`;

  if (options.namespace === undefined) {
    await stage.kube.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
  }

  const scene = {
    stage,
    namespace,
    repository,
    config,
    env,
    history,
    image: (tag: string) => `${host}/${repository}:${tag}`,
    id: (name: string) => `${namespace}/deployment/${name}`,

    push: (tag: string, labels?: Readonly<Record<string, string>>) => pushNew(stage.registry, repository, tag, labels),

    /** An image of another name, in another registry. */
    pushTo: (registry: PushTarget, name: string, tag: string) => pushNew(registry, `${namespace}/${name}`, tag),

    async deploy(options: Omit<DeploymentOptions, 'namespace'>) {
      await stage.kube.request({ method: 'POST', path: path(), body: deployment({ namespace, ...options }) });
    },

    async read(name: string): Promise<Live> {
      return live.parse(await stage.kube.request({ path: path(name) }));
    },

    patch: (name: string, body: unknown, contentType = 'application/merge-patch+json') =>
      stage.kube.request({ method: 'PATCH', path: path(name), query: { fieldManager: 'somebody' }, contentType, body }),

    /** All pods of the newest revision are available. */
    settled: (name: string) => until(`${name} is available`, () => scene.isSettled(name)),

    async isSettled(name: string): Promise<boolean> {
      const { metadata, spec, status } = await scene.read(name);
      return status.observedGeneration === metadata.generation && status.availableReplicas === spec.replicas;
    },

    async startWorker(options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
      const worker = await startWorker({ config, log, kubeconfigText: stage.kubeconfig, ...options });
      workers.add(worker);
      return worker;
    },

    async stopWorkers() {
      await Promise.all([...workers].map((worker) => worker.stop()));
      workers.clear();
    },

    /**
     * How many pod templates this Deployment has had, as its controller counts them: 1 when nobody but its author wrote one. Unlike its
     * generation it does not rise with annotations and scaling.
     */
    revisions: (name: string) =>
      until(`${name} is seen by its controller`, async () => {
        const { metadata, status } = await scene.read(name);
        const revision = Number(metadata.annotations['deployment.kubernetes.io/revision']);
        return status.observedGeneration === metadata.generation && revision > 0 && revision;
      }),

    /** The digests that ready containers of a Deployment's pods run, each once. */
    async serving(name: string): Promise<readonly string[]> {
      const query = { labelSelector: `app=${name}` };
      const { items } = pods.parse(await stage.kube.request({ path: `/api/v1/namespaces/${namespace}/pods`, query }));
      const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const ready = living.flatMap(({ status }) => status.containerStatuses.filter((container) => container.ready));
      return [...new Set(ready.map(({ imageID }) => imageID.slice(imageID.indexOf('sha256:'))))];
    },

    remove: (name: string) =>
      stage.kube.request({ method: 'DELETE', path: path(name), body: { propagationPolicy: 'Foreground' } }),

    /** Each workload has been looked at. */
    watched: (...names: readonly string[]) =>
      until(`${names.join(', ')} looked at`, async () => {
        const states = await Promise.all(names.map((name) => history.workload(scene.id(name))));
        return states.every((state) => state?.check !== undefined);
      }),

    /** Where most stories begin: a Deployment runs what was pushed to `latest`, and a worker has looked at it. Returns that digest. */
    async watching(
      name: string,
      options: Omit<DeploymentOptions, 'namespace' | 'name' | 'image'> = {},
    ): Promise<string> {
      const digest = await scene.push('latest');
      await scene.deploy({ name, image: scene.image('latest'), ...options });
      await scene.settled(name);
      await scene.startWorker();
      await scene.watched(name);
      return digest;
    },

    /** What a webhook or a person does. */
    ask: (name: string, trigger: 'manual' | 'webhook' = 'manual') => scene.askFor(scene.id(name), trigger),

    askFor: (workload: string, trigger: 'manual' | 'webhook' = 'manual') =>
      producer.add(registryPoll, { workload, trigger, notBefore: Date.now() }),

    /** Has a workload looked at once more, and waits until it was. */
    async lookedAgain(name: string) {
      const from = Date.now();
      await scene.ask(name);
      await until(`${name} looked at again`, async () => {
        const check = (await history.workload(scene.id(name)))?.check;
        return check !== undefined && check.at >= from;
      });
    },

    async rollouts(name: string): Promise<readonly Rollout[]> {
      return (await history.rollouts({ workload: scene.id(name) })).items;
    },

    /** The workload's newest rollout is to this digest and at this state. */
    rolledOut: (name: string, digest: string, state: Rollout['state'] = 'succeeded') =>
      until(`${name} ${state} with ${digest}`, async () => {
        const [newest] = await scene.rollouts(name);
        return newest?.state === state && newest.changes.some(({ to }) => to.digest === digest) && newest;
      }),

    /** A push failed and what was good before is back: the workload's two newest rollouts, both at their end. */
    rolledBack: (name: string, bad: string, good: string) =>
      until(`${name} went back from ${bad} to ${good}`, async () => {
        const [rollback, failed] = await scene.rollouts(name);
        if (rollback?.kind !== 'rollback' || rollback.state !== 'succeeded' || failed?.state !== 'failed') return false;
        const isOf = ({ changes }: Rollout, digest: string) => changes.every(({ to }) => to.digest === digest);
        return isOf(rollback, good) && isOf(failed, bad) && { failed, rollback };
      }),

    /** The digests that are not offered to a workload again, newest first. */
    quarantined: async (name: string) =>
      (await history.workload(scene.id(name)))?.quarantine.map(({ digest }) => digest) ?? [],

    async close() {
      await scene.stopWorkers();
      await producer.close();
      await history.close();
    },
  };
  return scene;
}

/** Pushes an image that nobody has pushed before. */
async function pushNew(to: PushTarget, repository: string, tag: string, labels: Readonly<Record<string, string>> = {}) {
  const unique = { ...labels, build: randomBytes(6).toString('hex') };
  return (await pushImage(to, repository, tag, { labels: unique })).digest;
}
