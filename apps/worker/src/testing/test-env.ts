import { startRedis } from '@keelson/redis/server';
import type { RegistryOptions, SimulatedClusterOptions } from '@keelson/simulator';
import { startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { vi } from 'vitest';

/** A test file's own Redis, registry and simulated cluster. */
export type TestEnv = Awaited<ReturnType<typeof startTestEnv>>;

export type TestEnvOptions = Pick<RegistryOptions, 'auth'> & Pick<SimulatedClusterOptions, 'times'>;

export async function startTestEnv(options: TestEnvOptions = {}) {
  const { times, ...registryOptions } = options;
  const [redis, registry, cluster] = await Promise.all([
    startRedis(),
    startRegistry(registryOptions),
    startSimulatedCluster(times === undefined ? {} : { times }),
  ]);
  return {
    redis,
    registry,
    cluster,
    async stop() {
      await cluster.stop();
      await Promise.all([registry.stop(), redis.stop()]);
    },
  };
}

/** Waits until `probe` no longer throws. The timeout is long, since machines differ: only a hang ends a test here. */
export function soon<T>(probe: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(probe, { timeout: 20_000, interval: 25 });
}
