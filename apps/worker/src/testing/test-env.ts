import { sharedRedis } from '@keelson/redis/testing';
import type { RegistryOptions, SimulatedClusterOptions } from '@keelson/simulator';
import { startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { vi } from 'vitest';

/** The process's Redis, emptied, with a registry and a simulated cluster of a test file's own. */
export type TestEnv = Awaited<ReturnType<typeof startTestEnv>>;

export type TestEnvOptions = Pick<RegistryOptions, 'auth'> & Pick<SimulatedClusterOptions, 'times' | 'keepsTag'>;

/** A crash loop is seen as one, however late the worker looks. */
const crashBackoffMs = 60_000;

export async function startTestEnv(options: TestEnvOptions = {}) {
  const { times, keepsTag, ...registryOptions } = options;
  const [redis, registry, cluster] = await Promise.all([
    sharedRedis(),
    startRegistry(registryOptions),
    startSimulatedCluster({ times: { crashBackoffMs, ...times }, ...(keepsTag && { keepsTag }) }),
  ]);
  await redis.flush();
  return {
    redis,
    registry,
    cluster,
    async stop() {
      await cluster.stop();
      await registry.stop();
    },
  };
}

/** Waits until `probe` no longer throws. The timeout is long, since machines differ: only a hang ends a test here. */
export function soon<T>(probe: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(probe, { timeout: 60_000, interval: 25 });
}
