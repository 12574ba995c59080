import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeManifest, SimulatedCluster } from '@keelson/simulator';
import { startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { z } from 'zod';
import type { RunningIngress } from '../ingress/start-ingress.ts';
import { startIngress } from '../ingress/start-ingress.ts';
import type { ProcessRuntime } from '../runtime/create-process-runtime.ts';
import { createProcessRuntime } from '../runtime/create-process-runtime.ts';
import { layerOf, pushFiles } from './push-files.ts';
import { SAMPLE_APP } from './sample-app.ts';

const HOST = 'registry.example.com';

const status = z.looseObject({
  phase: z.string().default(''),
  conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  containerStatuses: z
    .array(
      z.looseObject({
        name: z.string(),
        ready: z.boolean(),
        started: z.boolean(),
        restartCount: z.number(),
        imageID: z.string(),
        state: z.looseObject({
          waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
          running: z.looseObject({}).optional(),
          terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional(),
        }),
        lastState: z.looseObject({
          terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional(),
        }),
      }),
    )
    .default([]),
});
export type LaptopPodStatus = z.infer<typeof status>;

/** A registry, a runtime, a cluster that runs by it, and its ingress. */
export interface LaptopStage {
  readonly cluster: SimulatedCluster;
  readonly runtime: ProcessRuntime;
  readonly ingress: RunningIngress;
  /** Pushes the sample app; answers the name of its image. */
  pushApp(tag: string, env?: readonly string[]): Promise<string>;
  podsOf(app: string): { readonly name: string; readonly leaving: boolean; readonly status: LaptopPodStatus }[];
  log(pod: string, query?: string): Promise<string>;
  events(pod: string): string[];
  stop(): Promise<void>;
}

export async function startLaptopStage(): Promise<LaptopStage> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-laptop-'));
  const registry = await startRegistry();
  const mirrors = { [HOST]: registry.url };
  const runtime = createProcessRuntime({ folder, mirrors });
  const times = { pullMs: 0, backoffMs: 300 };
  const cluster = await startSimulatedCluster({ mirrors, runtime, nodes: 2, times });
  const ingress = await startIngress({ cluster, firstPort: 0 });
  return {
    cluster,
    runtime,
    ingress,
    async pushApp(tag, env = []) {
      const config = { Cmd: ['node', 'main.mjs'], WorkingDir: '/app', Env: [`VERSION=${tag}`, ...env] };
      await pushFiles(registry.url, 'app', tag, { config, layers: [await layerOf({ 'app/main.mjs': SAMPLE_APP })] });
      return `${HOST}/app:${tag}`;
    },
    podsOf: (app) =>
      cluster
        .list('v1', 'Pod')
        .filter(({ metadata }) => metadata.labels?.['app'] === app)
        .map(({ metadata, status: said }) => ({
          name: metadata.name,
          leaving: metadata.deletionTimestamp !== undefined,
          status: status.parse(said ?? {}),
        })),
    async log(pod, query = '') {
      const headers = { authorization: `Bearer ${cluster.token}` };
      const path = `/api/v1/namespaces/default/pods/${pod}/log?${query}`;
      return (await fetch(cluster.server + path, { headers })).text();
    },
    events: (pod) =>
      cluster
        .list('v1', 'Event')
        .filter(({ involvedObject }) => z.looseObject({ name: z.string() }).parse(involvedObject).name === pod)
        .map(({ reason, message }) => `${String(reason)}: ${String(message)}`),
    async stop() {
      await ingress.stop();
      await cluster.stop();
      await runtime.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const health = { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 1 };

/** A Deployment `app` with probes, its Service and its Ingress `NAME.test`. */
export function appManifests(
  name: string,
  image: string,
  { replicas = 1, container = {}, spec = {} }: AppOptions = {},
): KubeManifest[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'app',
                image,
                imagePullPolicy: 'Always',
                ports: [{ name: 'http', containerPort: 3000 }],
                readinessProbe: health,
                ...container,
              },
            ],
            ...spec,
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: labels, ports: [{ name: 'web', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'default' },
      spec: {
        rules: [
          {
            host: `${name}.test`,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'web' } } } }],
            },
          },
        ],
      },
    },
  ];
}

interface AppOptions {
  readonly replicas?: number;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Waits until it is so. Fails after 20 seconds, which no machine should need. */
export async function eventually<T>(what: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const limit = performance.now() + 20_000;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > limit) throw new Error(`waited in vain for ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
