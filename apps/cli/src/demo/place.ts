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

/** The host that the post's manifests name. The local registry stands in for it, through a mirror as in K3s' registries.yaml. */
const HOST = 'registry.gitlab.com';
const PROJECT = 'cmunroe/ops';

export type Place = Awaited<ReturnType<typeof startPlace>>;

/**
 * All that the demo stands on: a git repository whose pushes run CI, the registry that CI pushes to and that tells Keelson of it, a cluster
 * that runs what is pushed as processes, kept by Flux as git says and served over HTTP, Redis, and Keelson itself. Loopback only.
 */
export async function startPlace(log: Logger, onEvent: (event: ForgeEvent) => void) {
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
        // Long enough to be seen, short enough to be waited for.
        KEELSON_SOAK_SECONDS: '2',
      }),
      redisUrl: redis.url,
    };
    const api = parts.adopt(await listen(config, log), (running) => running.stop());
    const notify = [{ url: `${api.url}/webhooks/registry` }];
    const registry = parts.adopt(await startRegistry({ notify }), (running) => running.stop());
    const mirrors = { [HOST]: registry.url };
    const endpoints = { [HOST]: { endpoint: [registry.url] } };
    await writeFile(registries, stringify({ mirrors: endpoints }));

    const environment = hostEnvironment();
    const forge = parts.adopt(
      await startForge({
        folder: join(folder, 'forge'),
        files: await seedFiles(),
        registry: { host: HOST, url: registry.url },
        project: PROJECT,
        ...(environment['PATH'] && { path: environment['PATH'] }),
        // The sample app needs no package; what people add to it does.
        env: networkEnv(environment),
        onEvent,
      }),
      (running) => running.stop(),
    );
    const [homelab, ours] = [join(folder, 'homelab'), join(folder, 'ours')];
    await Promise.all([homelab, ours].map((clone) => forge.clone(clone)));

    const runtime = parts.adopt(createProcessRuntime({ folder: join(folder, 'node'), mirrors }), (running) =>
      running.stop(),
    );
    const cluster = parts.adopt(await startSimulatedCluster({ mirrors, runtime }), (running) => running.stop());
    const flux = parts.adopt(await startFlux(cluster), (running) => running.stop());
    const ingress = parts.adopt(await startIngress({ cluster }), (running) => running.stop());
    return {
      redis,
      api,
      registry,
      forge,
      /** A clone of the forge's repository, for people to work in. */
      homelab,
      /** Another one, for what the demo pushes itself. */
      ours,
      cluster,
      flux,
      ingress,
      async startWorker() {
        const worker = await startWorker({ config, log, kubeconfigText: cluster.kubeconfig });
        parts.adopt(worker, (running) => running.stop());
      },
      stop: () => parts.disposeAsync(),
    };
  } catch (error) {
    // What was begun must not keep the process, and the reason, from ending.
    await parts.disposeAsync();
    throw error;
  }
}

/** The usual port, so that the README's `curl` works; another one where that is taken. */
async function listen(config: Config & { readonly redisUrl: string }, log: Logger) {
  try {
    return await startApi({ config, log });
  } catch (error) {
    if (!isTaken(error)) throw error;
    return startApi({ config: { ...config, listen: { ...config.listen, port: 0 } }, log });
  }
}

/** Node's own word for it is the cause of the API's sentence. */
function isTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
