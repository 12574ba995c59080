import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '@keelson/api';
import type { Config } from '@keelson/config';
import { readConfig } from '@keelson/config';
import type { Logger } from '@keelson/log';
import { startRedis, startRegistry, startSimulatedCluster } from '@keelson/testkit';
import { startWorker } from '@keelson/worker';
import { stringify } from 'yaml';

/** The host that the post's manifests name. The local registry stands in for it, through a mirror as in K3s' registries.yaml. */
const HOST = 'registry.gitlab.com';

export type Place = Awaited<ReturnType<typeof startPlace>>;

/** All that the demo stands on: Redis, a registry that tells Keelson of pushes, a simulated cluster, and Keelson itself. Loopback only. */
export async function startPlace(log: Logger) {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-demo-'));
  const registries = join(folder, 'registries.yaml');
  const redis = await startRedis();
  const config = {
    ...readConfig({ KEELSON_REGISTRIES: registries, KEELSON_MIRRORS_ONLY: 'true' }),
    redisUrl: redis.url,
  };
  const api = await listen(config, log);
  const registry = await startRegistry({ notify: [{ url: `${api.url}/hooks/registry` }] });
  await writeFile(registries, stringify({ mirrors: { [HOST]: { endpoint: [registry.url] } } }));
  const cluster = await startSimulatedCluster({ mirrors: { [HOST]: registry.url } });

  return {
    redis,
    api,
    registry,
    cluster,
    startWorker: () => startWorker({ config, log, kubeconfigText: cluster.kubeconfig }),
    async stop() {
      await api.stop();
      await cluster.stop();
      await Promise.all([registry.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The usual port, so that the README's `curl` works; another one where that is taken. */
async function listen(config: Config & { readonly redisUrl: string }, log: Logger) {
  try {
    return await startApi({ config, log });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return startApi({ config: { ...config, listen: { ...config.listen, port: 0 } }, log });
  }
}
