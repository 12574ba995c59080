import { readFile } from 'node:fs/promises';
import { ApiClient } from '@keelson/simulator';
import { ImageStore, RegistryPuller } from '@keelson/simulator/kubelet';
import { request } from 'undici';
import { folderWithCertificate } from './certificate.ts';
import { RealKubelet } from './kubelet.ts';
import type { OutcomeRule } from './outcome.ts';
import { RuledImages } from './ruled-images.ts';
import type { Assets } from './tools.ts';
import { findTools, loadTools } from './tools.ts';

export interface RealClusterOptions {
  /** `plain`: Kubernetes 1.35, which serves no MutatingAdmissionPolicy. @default 'newest' */
  readonly assets?: Assets;
  /** Base URL by registry host: where its images are pulled from. Loopback hosts need none. @default none */
  readonly mirrors?: Readonly<Record<string, string>>;
  /** Headers of each request to a registry, for those that require a token. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Images, with host and tag, that a mirror before the nodes goes on answering with the digest that it saw first. @default none */
  readonly keepsTag?: (image: string) => boolean;
  /** @default 1 */
  readonly nodes?: number;
  /** Before a container that crashes again is restarted, in milliseconds. @default 300 */
  readonly crashBackoffMs?: number;
  /** Whether a plain one serves MutatingAdmissionPolicy after all, as `v1beta1`: its feature gate is on. @default false */
  readonly betaPolicies?: boolean;
  /** Whether the controller manager runs. Without it workloads get no pods, and namespaces no service account. @default true */
  readonly controllers?: boolean;
}

/** Fair shares among clients cost a tenth of each request. */
const apiserverArgs = ['--enable-priority-and-fairness=false'];

/** What an operator of Kubernetes 1.34 or 1.35 adds for admission policies that mutate. */
const betaPolicyArgs = [
  '--feature-gates=MutatingAdmissionPolicy=true',
  '--runtime-config=admissionregistration.k8s.io/v1beta1=true',
];

/** A real API server and controller manager, with the simulated kubelet. */
export interface RealCluster {
  /** The text of a kubeconfig with every right. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly token: string;
  /** The certificate authority, PEM. */
  readonly ca: string;
  /** For containers that start from now on. */
  setOutcome(rule: OutcomeRule | undefined): void;
  /** Makes the API server forget what was before `revision` (a resourceVersion), as it does by itself every five minutes. */
  compact(revision: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Why there is no real cluster to test with; undefined when there is one.
 *
 * @throws Error in continuous builds (CI is set) that have the tools but not the binaries: that must not pass as a skip
 */
export function realClusterMissing(assets: Assets = 'newest'): string | undefined {
  const found = findTools(assets);
  return typeof found === 'string' ? found : undefined;
}

/** Starts one in about three seconds; it ends with this process at the latest. undefined where `realClusterMissing` says why. */
export async function startRealCluster({
  nodes = 1,
  crashBackoffMs = 300,
  mirrors = {},
  headers = {},
  keepsTag,
  assets = 'newest',
  controllers = true,
  betaPolicies = false,
}: RealClusterOptions = {}): Promise<RealCluster | undefined> {
  const found = findTools(assets);
  if (typeof found === 'string') return undefined;
  const tools = await loadTools(found.folder);
  const dir = await folderWithCertificate();
  const plane = await tools.startKube({
    assets: found.assets,
    watchPid: process.pid,
    apiserverArgs: [...apiserverArgs, ...(betaPolicies ? betaPolicyArgs : [])],
    ...(dir === undefined ? {} : { dir }),
    ...(controllers ? {} : { controllers: false }),
  });
  const puller = new RegistryPuller(mirrors, { headers, keepsTag });
  const images = new RuledImages(new ImageStore(puller, () => undefined, undefined));
  const api = new ApiClient(plane);
  const kubelet = new RealKubelet(api, images, { pullMs: 10, readyMs: 40, backoffMs: 300, crashBackoffMs, killMs: 0 });
  const stop = async (): Promise<void> => {
    await kubelet.stop();
    await api.close();
    await puller.close();
    await plane.stop();
  };
  await kubelet.start(nodes).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    kubeconfig: await readFile(plane.kubeconfig, 'utf8'),
    server: plane.server,
    token: plane.token,
    ca: plane.ca,
    setOutcome(next) {
      images.rule = next;
    },
    async compact(revision) {
      const body = JSON.stringify({ revision, physical: true });
      const answer = await request(`${plane.etcd}/v3/kv/compaction`, { method: 'POST', body });
      await answer.body.dump();
    },
    stop,
  };
}
