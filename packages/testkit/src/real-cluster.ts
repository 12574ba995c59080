import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import type { RegistryAccess } from './real-cluster/ask-registry.ts';
import { askRegistry } from './real-cluster/ask-registry.ts';
import { writeOddStatus } from './real-cluster/odd-status.ts';
import type { Outcome } from './real-cluster/outcome.ts';
import type { KubeletAnswer } from './real-cluster/tools.ts';
import { findTools, loadTools } from './real-cluster/tools.ts';

export interface RealClusterOptions extends RegistryAccess {
  /** @default 1 */
  readonly nodes?: number;
  /** Between two restarts of a crashing container, in milliseconds. @default 300 */
  readonly backoffMs?: number;
}

/** What one image comes to in one pod, before any registry is asked; undefined: ask. May be changed at any time. */
export type OutcomeRule = (image: string, pod: unknown) => Outcome | undefined;

/** A real API server and controller manager, and a kubelet that runs nothing. */
export interface RealCluster {
  /** The text of a kubeconfig with every right. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly token: string;
  /** The certificate authority, PEM. */
  readonly ca: string;
  /** For containers that start from now on. */
  setOutcome(rule: OutcomeRule | undefined): void;
  /** Asks again for every container that is there. */
  retry(): Promise<void>;
  /** Makes the API server forget what was before `revision` (a resourceVersion), as it does by itself every five minutes. */
  compact(revision: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Why there is no real cluster to test with, in a sentence; undefined when there is one.
 *
 * @throws Error in continuous builds (CI is set) that have the tools but not the binaries: that must not pass as a skip
 */
export function realClusterMissing(): string | undefined {
  const found = findTools();
  return typeof found === 'string' ? found : undefined;
}

/** Starts one in about three seconds; it ends with this process at the latest. undefined where `realClusterMissing` says why. */
export async function startRealCluster({
  nodes = 1,
  backoffMs = 300,
  ...access
}: RealClusterOptions = {}): Promise<RealCluster | undefined> {
  const found = findTools();
  if (typeof found === 'string') return undefined;
  const tools = await loadTools(found.folder);
  const plane = await tools.startKube({ assets: found.assets, watchPid: process.pid });
  let rule: OutcomeRule | undefined;

  async function decide(
    container: { readonly name: string; readonly image: string },
    pod: unknown,
  ): Promise<KubeletAnswer> {
    const { image, name } = container;
    const pulled = await askRegistry(image, access);
    const outcome = rule?.(image, pod) ?? pulled.outcome;
    const more = {
      ...(pulled.imageID === undefined ? {} : { imageID: pulled.imageID }),
      ...(pulled.message === undefined ? {} : { message: pulled.message }),
    };
    if (outcome === 'oom' || outcome === 'config-error') {
      await writeOddStatus(plane, pod, outcome, { container: name, image, ...more });
      return { state: 'pending' };
    }
    return { state: outcome, ...more };
  }

  const kubelet = await tools.startFakeKubelet(plane, { decide, nodes, backoffMs }).catch(async (error: unknown) => {
    await plane.stop();
    throw error;
  });
  return {
    kubeconfig: await readFile(plane.kubeconfig, 'utf8'),
    server: plane.server,
    token: plane.token,
    ca: plane.ca,
    setOutcome(next) {
      rule = next;
    },
    retry: () => kubelet.retry(),
    async compact(revision) {
      const body = JSON.stringify({ revision, physical: true });
      const answer = await request(`${plane.etcd}/v3/kv/compaction`, { method: 'POST', body });
      await answer.body.dump();
    },
    async stop() {
      await kubelet.stop();
      await plane.stop();
    },
  };
}
