import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '@keelson/api';
import type { Config } from '@keelson/config';
import { hostEnvironment, readConfig } from '@keelson/config';
import type { ForgeEvent } from '@keelson/laptop';
import { createProcessRuntime, networkEnv, startForge, startIngress } from '@keelson/laptop';
import type { Logger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import { startFlux, startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { startWorker } from '@keelson/worker';
import { stringify } from 'yaml';
import { seedFiles } from './seed.ts';

/** The registry's host in the manifests. The local registry stands in for it, through a mirror as in K3s' registries.yaml. */
const host = 'registry.gitlab.com';
const project = 'cmunroe/ops';

export type DemoEnvironment = Awaited<ReturnType<typeof startEnvironment>>;

/**
 * Starts everything that the demo needs, on loopback only: a git repository whose pushes run CI, a registry that notifies Keelson of what CI
 * pushes, a simulated cluster that runs images as processes, Flux, an ingress, Redis, and Keelson's API. The worker is started by itself.
 */
export async function startEnvironment(log: Logger, onEvent: (event: ForgeEvent) => void) {
  const parts = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'keelson-demo-'));
    parts.defer(() => rm(folder, { recursive: true, force: true }));
    const registries = join(folder, 'registries.yaml');
    const redis = parts.use(await startRedis());
    const config = {
      ...readConfig({
        KEELSON_REGISTRIES: registries,
        KEELSON_MIRRORS_ONLY: 'true',
        // Long enough to see it, short enough to wait for it.
        KEELSON_SOAK_SECONDS: '2',
      }),
      redisUrl: redis.url,
    };
    const api = parts.adopt(await listen(config, log), (running) => running.stop());
    const notify = [{ url: `${api.url}/webhooks/registry` }];
    const registry = parts.adopt(await startRegistry({ notify }), (running) => running.stop());
    const mirrors = { [host]: registry.url };
    const endpoints = { [host]: { endpoint: [registry.url] } };
    await writeFile(registries, stringify({ mirrors: endpoints }));

    const environment = hostEnvironment();
    const forge = parts.adopt(
      await startForge({
        folder: join(folder, 'forge'),
        files: await seedFiles(),
        registry: { host: host, url: registry.url },
        project: project,
        ...(environment['PATH'] && { path: environment['PATH'] }),
        // The sample app needs no npm package; an edit of the user's may add one.
        env: networkEnv(environment),
        onEvent,
      }),
      (running) => running.stop(),
    );
    const [userFolder, demoFolder] = [join(folder, 'homelab'), join(folder, 'demo')];
    await Promise.all([userFolder, demoFolder].map((clone) => forge.clone(clone)));

    const runtime = parts.adopt(createProcessRuntime({ folder: join(folder, 'node'), mirrors }), (running) =>
      running.stop(),
    );
    const cluster = parts.adopt(await startSimulatedCluster({ mirrors, runtime }), (running) => running.stop());
    const flux = parts.adopt(await startFlux(cluster, { reacts: true }), (running) => running.stop());
    const ingress = parts.adopt(await startIngress({ cluster }), (running) => running.stop());
    return {
      redis,
      api,
      registry,
      forge,
      /** The folder of the clone that is offered to the user. */
      userFolder,
      /** The folder of the clone that the demo itself pushes from. */
      demoFolder,
      cluster,
      flux,
      ingress,
      async startWorker() {
        const worker = await startWorker({ config, log, kubeconfigText: cluster.kubeconfig });
        parts.adopt(worker, async (running) => void (await running.stop()));
      },
      stop: () => parts.disposeAsync(),
    };
  } catch (error) {
    // Parts that still run would keep the process from ending with the error.
    await parts.disposeAsync();
    throw error;
  }
}

/** Listens on the default port, so that the README's `curl` works, or on a free one where that is taken. */
async function listen(config: Config & { readonly redisUrl: string }, log: Logger) {
  try {
    return await startApi({ config, log });
  } catch (error) {
    if (!isTaken(error)) throw error;
    return startApi({ config: { ...config, listen: { ...config.listen, port: 0 } }, log });
  }
}

/** The API's error has Node's own as its cause. */
function isTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
