import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import type { ApiAccess, NotifyEndpoint, SimulatedCluster } from '@keelson/simulator';
import { startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { realClusterMissing, startDebianRegistry, startRealCluster } from '@keelson/testkit';
import { stringify } from 'yaml';
import { refuseByAdmission } from './refuse-writes.ts';

/** The host that manifests name; the mirror setting leads from it to the local registry. */
export const host = 'registry.gitlab.com';

export type StageKind = 'simulated' | 'real';

/** What Keelson runs on in a test file: one cluster, one Redis, one registry. Tests keep apart by namespace and prefix. */
export interface Stage {
  readonly kind: StageKind;
  readonly kubeconfig: string;
  /** The same in a file, for processes. */
  readonly kubeconfigPath: string;
  readonly kube: KubeHttp;
  /** For what plays a part beside Keelson. */
  readonly access: ApiAccess;
  readonly redis: RedisServer;
  readonly registry: { readonly url: string; readonly host: string };
  /** Path of a registries.yaml. */
  readonly registries: string;
  /** How many requests Keelson has sent to the API server, where that can be counted. */
  apiRequests(): number | undefined;
  /** What Keelson has asked of the API server, oldest first, where that can be read. */
  apiLog(): SimulatedCluster['requests'] | undefined;
  /** Has the API server refuse what Keelson writes in a namespace, until the returned function is called. */
  refuseWrites(namespace: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface StageOptions {
  /** Further registry hosts and where they are reached. @default none */
  readonly mirrors?: Mirrors;
  /** What the real cluster's kubelet shows to registries. @default none */
  readonly headers?: Mirrors;
  /** Whom the registry tells of pushes. @default nobody */
  readonly notify?: readonly NotifyEndpoint[];
  /** Of the real cluster: `plain` is Kubernetes 1.35, without admission policies that mutate. @default 'newest' */
  readonly assets?: 'newest' | 'plain';
  /** What nodes reach in the registry's place, from the registry's URL. @default the registry itself */
  readonly beforeNodes?: (registry: string) => Promise<string>;
}

/** The simulated cluster with our own registry; or kube-apiserver and controller-manager with Debian's docker-registry where that is. */
export async function startStage(kind: StageKind, more: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-e2e-'));
  const redis = await startRedis();
  const { notify = [] } = more;
  const registry =
    (kind === 'real' ? await startDebianRegistry({ notify }) : undefined) ?? (await startRegistry({ notify }));
  const mirrors = { [host]: registry.url, ...more.mirrors };
  const ofNodes = { ...mirrors, [host]: (await more.beforeNodes?.(registry.url)) ?? registry.url };
  const { cluster, refuse, apiLog } = await (kind === 'real' ? realCluster(ofNodes, more) : simulatedCluster(ofNodes));
  const kube = await connect({ kubeconfigText: cluster.kubeconfig, userAgent: 'e2e' });
  const registries = join(folder, 'registries.yaml');
  const kubeconfigPath = join(folder, 'kubeconfig.yaml');
  await writeFile(registries, registriesYaml(mirrors));
  await writeFile(kubeconfigPath, cluster.kubeconfig, { mode: 0o600 });
  return {
    kind,
    kubeconfig: cluster.kubeconfig,
    kubeconfigPath,
    kube,
    access: cluster,
    redis,
    registry,
    registries,
    apiRequests: () => apiLog()?.length,
    apiLog,
    refuseWrites: (namespace) => refuse(kube, namespace),
    async stop() {
      await kube.close();
      await cluster.stop();
      await Promise.all([registry.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Mirrors = Readonly<Record<string, string>>;

/** K3s' registries.yaml, where each host has one mirror. */
export function registriesYaml(mirrors: Mirrors): string {
  return stringify({
    mirrors: Object.fromEntries(Object.entries(mirrors).map(([host, url]) => [host, { endpoint: [url] }])),
  });
}

async function realCluster(mirrors: Mirrors, { headers = {}, assets = 'newest' }: StageOptions) {
  const cluster = await startRealCluster({ mirrors, headers, assets });
  if (!cluster) throw new Error(`No real cluster: ${realClusterMissing(assets) ?? 'no reason given'}`);
  return { cluster, refuse: refuseByAdmission, apiLog: () => undefined };
}

async function simulatedCluster(mirrors: Mirrors) {
  const cluster = await startSimulatedCluster({ mirrors });
  const refuse = async (_: KubeHttp, namespace: string) => {
    const match = { method: 'PATCH', path: `/namespaces/${namespace}/deployments/`, userAgent: /^keelson/ };
    const fault = cluster.faults.fail(match, { status: 403, message: 'no deploys today' });
    return async () => fault.remove();
  };
  const apiLog = () => cluster.requests.filter(({ userAgent }) => userAgent.startsWith('keelson'));
  return { cluster, refuse, apiLog };
}
