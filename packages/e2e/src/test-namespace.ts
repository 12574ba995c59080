import { randomBytes } from 'node:crypto';
import { readConfig } from '@keelson/config';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import { createProducer } from '@keelson/queue';
import type { RedisServer } from '@keelson/redis/server';
import type { PushTarget } from '@keelson/simulator';
import type { RunningWorker, WorkerOptions } from '@keelson/worker';
import { startWorker } from '@keelson/worker';
import { z } from 'zod';
import type { DeploymentOptions } from './manifests.ts';
import { deploymentsIn } from './namespace/deployments.ts';
import { pushNew } from './namespace/pushes.ts';
import { rolloutsIn } from './namespace/rollouts.ts';
import { isSaved } from './namespace/saved-state.ts';
import type { TestEnv } from './test-env.ts';
import { registryHost } from './test-env.ts';
import { waitUntil } from './wait-until.ts';

export interface TestNamespaceOptions {
  /** One that the test makes itself. @default a new one, which is made here */
  readonly namespace?: string;
  /** @default one of its own */
  readonly repository?: string;
  /** @default the TestEnv's, which other namespaces use too */
  readonly redis?: RedisServer;
}

const kustomization = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ images: z.array(z.unknown()).default([]), patches: z.array(z.unknown()).default([]) }),
});

type Deps = Parameters<NonNullable<WorkerOptions['wrap']>>[0];

const helmRelease = z.object({ spec: z.object({ postRenderers: z.array(z.unknown()).default([]) }) });

/** What one test has of a TestEnv for itself: a namespace, an image repository, a prefix in Redis. */
export type TestNamespace = Awaited<ReturnType<typeof openTestNamespace>>;

export async function openTestNamespace(shared: TestEnv, options: TestNamespaceOptions = {}) {
  const env = { ...shared, redis: options.redis ?? shared.redis };
  const prefix = `e2e-${randomBytes(4).toString('hex')}`;
  const { namespace: name = prefix, repository = `${prefix}/app` } = options;
  const settings = {
    KEELSON_NAMESPACES: name,
    KEELSON_PREFIX: prefix,
    KEELSON_REGISTRIES: env.registries,
    KEELSON_MIRRORS_ONLY: 'true',
    KEELSON_GRACE_SECONDS: '5',
    // A test that waits for a soak annotates one.
    KEELSON_SOAK_SECONDS: '0',
  };
  const config = { ...readConfig(settings), redisUrl: env.redis.url };
  const history = createHistory({ redis: env.redis.url, prefix });
  const producer = createProducer({ redis: env.redis.url, prefix });
  const workers = new Set<RunningWorker>();
  const closings: (() => unknown)[] = [];
  const log = createLogger({ level: 'fatal', name: prefix });

  if (options.namespace === undefined) {
    await env.kube.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    });
  }

  const ns = {
    env,
    /** Of the namespace; a Kustomization of Flux that a test makes has the same name. */
    name,
    repository,
    config,
    /** The environment variables of a process of Keelson's that follows this namespace. */
    settings,
    history,
    ...deploymentsIn(env.kube, name),
    ...rolloutsIn(history, producer, name),

    image: (tag: string) => `${registryHost}/${repository}:${tag}`,

    push: (tag: string, labels?: Readonly<Record<string, string>>) => pushNew(env.registry, repository, tag, labels),

    /** An image of another name, in another registry. */
    pushTo: (registry: PushTarget, image: string, tag: string, labels?: Readonly<Record<string, string>>) =>
      pushNew(registry, `${name}/${image}`, tag, labels),

    startWorker: async (more: Partial<WorkerOptions> = {}): Promise<RunningWorker> => {
      const { wrap = (deps: Deps) => deps } = more;
      // A test does not wait for the pauses before a pin is restored again.
      const quick = (deps: Deps) => wrap({ ...deps, restorePausesMs: [0] });
      const worker = await startWorker({ config, log, kubeconfigText: env.kubeconfig, ...more, wrap: quick });
      workers.add(worker);
      return worker;
    },

    stopWorkers: async (): Promise<void> => {
      await Promise.all([...workers].map((worker) => worker.stop()));
      workers.clear();
    },

    /** Where most tests begin: a Deployment runs what was pushed to `latest`, and a worker has checked it. Returns that digest. */
    deployChecked: async (
      app: string,
      more: Omit<DeploymentOptions, 'namespace' | 'name' | 'image'> = {},
    ): Promise<string> => {
      const digest = await ns.push('latest');
      await ns.deploy({ name: app, image: ns.image('latest'), ...more });
      await ns.available(app);
      await ns.startWorker();
      await ns.checked(app);
      return digest;
    },

    /**
     * The workload's own annotation says what Redis knows of it. It is written after a rollout has ended, and like every annotation of a
     * Deployment it raises the generation, so a test that counts generations waits for it.
     */
    stateSaved: (app: string) =>
      waitUntil(`${app} carries what Redis knows of it`, async () => {
        const [{ metadata }, known] = await Promise.all([ns.read(app), history.workload(ns.id(app))]);
        return isSaved(metadata.annotations, known);
      }),

    /** What the Kustomization carries beside what git says of it. */
    kustomization: async () => {
      const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${name}`;
      const { metadata, spec } = kustomization.parse(await env.kube.request({ path }));
      return { ...spec, pins: metadata.annotations['keelson.sh/pins'] };
    },

    /** The list of the HelmRelease of that name; empty where there is none. */
    postRenderers: async () => {
      const path = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases/${name}`;
      return helmRelease.parse(await env.kube.request({ path })).spec.postRenderers;
    },

    /** Has something ended before the namespace closes. */
    onClose: (end: () => unknown): void => void closings.push(end),

    close: async (): Promise<void> => {
      for (const end of closings.splice(0)) await end();
      await ns.stopWorkers();
      await Promise.all([producer.close(), history.close()]);
      // What still crashes here would keep the node busy.
      await ns.removeAll();
    },
  };
  return ns;
}
