import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import type { ApiAccess, Flux, RegistryServer, SimulatedCluster } from '@keelson/simulator';
import { startFlux, startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { fluxCrds, fluxCrdsMissing, realClusterMissing, startDebianRegistry, startRealCluster } from '@keelson/testkit';
import { stringify } from 'yaml';
import type { NodeGate } from './node-gate.ts';
import { startNodeGate } from './node-gate.ts';
import type { NotificationRelay } from './notification-relay.ts';
import { startNotificationRelay } from './notification-relay.ts';
import type { PolicyPhases } from './policy-phases.ts';
import { createPolicyPhases } from './policy-phases.ts';
import { refuseByAdmission } from './refuse-writes.ts';

/** The host that manifests name; the mirror setting leads from it to the local registry. */
export const registryHost = 'registry.gitlab.com';

/** Hosts of further registries, for tests that make one fail or count its requests. */
export const otherHosts = {
  hanging: 'registry.hanging.test',
  limited: 'registry.limited.test',
  /** Wants a bearer token. */
  bearer: 'registry.bearer.test',
  /** What attackers push to. */
  hostile: 'registry.hostile.test',
} as const;

/** `plain`: a real Kubernetes 1.35, which serves no admission policy that mutates. */
export type ClusterName = 'simulated' | 'real' | 'plain';

/** Everything that Keelson runs on: a cluster with Flux, Redis, registries. Tests keep apart by namespace, repository and Redis prefix. */
export interface TestEnv {
  readonly cluster: ClusterName;
  readonly kubeconfig: string;
  /** The same in a file, for processes. */
  readonly kubeconfigPath: string;
  readonly kube: KubeHttp;
  /** For what acts on the cluster beside Keelson. */
  readonly access: ApiAccess;
  readonly redis: RedisServer;
  readonly registry: { readonly url: string; readonly host: string };
  readonly otherRegistries: Readonly<Record<keyof typeof otherHosts, RegistryServer>>;
  /** Path of a registries.yaml. */
  readonly registries: string;
  /** Between the nodes and the registry. */
  readonly nodes: NodeGate;
  /** Where the registry's notifications go. */
  readonly notifications: NotificationRelay;
  /** @throws Error where a real cluster has no definitions of Flux' kinds */
  flux(): Flux;
  /** Whether the admission policy is there. */
  readonly policy: PolicyPhases;
  /** How many requests Keelson has sent to the API server, where that can be counted. */
  apiRequests(): number | undefined;
  /** Keelson's requests to the API server, oldest first, where they are recorded. */
  apiLog(): SimulatedCluster['requests'] | undefined;
  /** Has the API server refuse what Keelson writes in a namespace, until the returned function is called. */
  refuseWrites(namespace: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface TestEnvOptions {
  /** Further registry hosts and where they are reached. @default none */
  readonly mirrors?: Mirrors;
  /** Headers that the real cluster's kubelet sends to registries. @default none */
  readonly headers?: Mirrors;
}

type Mirrors = Readonly<Record<string, string>>;

/** That of kubelets, so that a worker on a busy machine sees a crash loop while it is one, and not the next run. */
const crashBackoffMs = 10_000;

/** The simulated cluster with our own registry; or kube-apiserver and controller-manager with Debian's docker-registry where that is. */
export async function startTestEnv(cluster: ClusterName, options: TestEnvOptions = {}): Promise<TestEnv> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-e2e-'));
  const isReal = cluster !== 'simulated';
  const [redis, notifications, otherRegistries] = await Promise.all([
    startRedis(),
    startNotificationRelay(),
    startOtherRegistries(),
  ]);
  const notify = [{ url: notifications.url }];
  const debian = cluster === 'real' ? await startDebianRegistry({ notify }) : undefined;
  const registry = debian ?? (await startRegistry({ notify }));
  const nodes = await startNodeGate(registry.url);
  const mirrors = {
    [registryHost]: registry.url,
    [otherHosts.hanging]: otherRegistries.hanging.url,
    [otherHosts.limited]: otherRegistries.limited.url,
    [otherHosts.bearer]: otherRegistries.bearer.url,
    [otherHosts.hostile]: otherRegistries.hostile.url,
    ...options.mirrors,
  };
  const start = isReal ? startReal(cluster === 'plain' ? 'plain' : 'newest') : startSimulated;
  const { headers = {} } = options;
  const { control, refuse, apiLog } = await start({ mirrors: { ...mirrors, [registryHost]: nodes.url }, headers });
  const kube = await connect({ kubeconfigText: control.kubeconfig, userAgent: 'e2e' });
  const registries = join(folder, 'registries.yaml');
  const kubeconfigPath = join(folder, 'kubeconfig.yaml');
  await writeFile(registries, registriesYaml(mirrors));
  await writeFile(kubeconfigPath, control.kubeconfig, { mode: 0o600 });
  const withoutFlux = isReal ? fluxCrdsMissing() : undefined;
  const flux = withoutFlux === undefined ? await startFlux(control, { reacts: true, crds: fluxCrds() }) : undefined;
  return {
    cluster,
    kubeconfig: control.kubeconfig,
    kubeconfigPath,
    kube,
    access: control,
    redis,
    registry,
    otherRegistries,
    registries,
    nodes,
    notifications,
    flux() {
      if (!flux) throw new Error(withoutFlux ?? 'There is no Flux.');
      return flux;
    },
    policy: createPolicyPhases(kube),
    apiRequests: () => apiLog()?.length,
    apiLog,
    refuseWrites: (namespace) => refuse(kube, namespace),
    async stop() {
      await flux?.stop();
      await kube.close();
      await control.stop();
      const servers = [registry, nodes, notifications, redis, ...Object.values(otherRegistries)];
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startOtherRegistries(): Promise<TestEnv['otherRegistries']> {
  const [hanging, limited, hostile, bearer] = await Promise.all([
    startRegistry(),
    startRegistry(),
    startRegistry(),
    startRegistry({ auth: { type: 'bearer' } }),
  ]);
  return { hanging, limited, hostile, bearer };
}

/** K3s' registries.yaml, where each host has one mirror. */
export function registriesYaml(mirrors: Mirrors): string {
  return stringify({
    mirrors: Object.fromEntries(Object.entries(mirrors).map(([host, url]) => [host, { endpoint: [url] }])),
  });
}

/** The tag that a mirror before the nodes goes on answering with the digest that it saw first. */
const keepsTag = (image: string): boolean => image.endsWith(':mirrored');

interface ClusterOptions {
  readonly mirrors: Mirrors;
  readonly headers: Mirrors;
}

function startReal(assets: 'newest' | 'plain') {
  return async (options: ClusterOptions) => {
    const control = await startRealCluster({ ...options, keepsTag, assets, crashBackoffMs });
    if (!control) throw new Error(`No real cluster: ${realClusterMissing(assets) ?? 'no reason given'}`);
    return { control, refuse: refuseByAdmission, apiLog: () => undefined };
  };
}

async function startSimulated({ mirrors }: ClusterOptions) {
  const control = await startSimulatedCluster({ mirrors, keepsTag, times: { crashBackoffMs } });
  const refuse = async (_: KubeHttp, namespace: string) => {
    const match = { method: 'PATCH', path: `/namespaces/${namespace}/deployments/`, userAgent: /^keelson/ };
    const fault = control.faults.fail(match, { status: 403, message: 'no deploys today' });
    return async () => fault.remove();
  };
  const apiLog = () => control.requests.filter(({ userAgent }) => userAgent.startsWith('keelson'));
  return { control, refuse, apiLog };
}
