import { startRedis } from '@keelson/redis/server';
import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { it as base, describe } from 'vitest';
import type { PolicyPhase } from './policy-phases.ts';
import type { ClusterName, TestEnv } from './test-env.ts';
import { startTestEnv } from './test-env.ts';
import type { TestNamespaceOptions } from './test-namespace.ts';
import { openTestNamespace } from './test-namespace.ts';

let here: readonly ClusterName[] = ['simulated', 'real', 'plain'];

/** From now on tests are registered on these clusters alone: what test/clusters/*.test.ts begin with. */
export function onlyOn(...clusters: readonly ClusterName[]): void {
  here = clusters;
}

/** A Vitest worker starts each TestEnv when the first test needs it, and stops all of them when it ends. */
const withEnvs = base
  .extend('started', { scope: 'worker' }, new Map<ClusterName, Promise<TestEnv>>())
  .extend('envs', { scope: 'worker' }, async ({ started }, { onCleanup }) => {
    const stop = async (cluster: ClusterName): Promise<void> => {
      const env = started.get(cluster);
      started.delete(cluster);
      await (await env)?.stop();
    };
    // Vitest has a clean-up for every file of the worker, each for the same environments: the first one stops them.
    onCleanup(async () => void (await Promise.all([...started.keys()].map(stop))));
    return {
      of(cluster: ClusterName): Promise<TestEnv> {
        const env = started.get(cluster) ?? startTestEnv(cluster);
        started.set(cluster, env);
        return env;
      },
      stop,
    };
  });

function testsOn(cluster: ClusterName, { policy = 'absent', ...options }: ClustersOptions) {
  return withEnvs
    .extend('env', async ({ envs }, { onCleanup }) => {
      const env = await envs.of(cluster);
      if (policy !== 'by test') onCleanup(await env.policy.enter(policy));
      return env;
    })
    .extend('ns', async ({ env }, { onCleanup }) => {
      const ns = await openTestNamespace(env, options);
      onCleanup(() => ns.close());
      return ns;
    })
    .extend('nsWithRedis', async ({ env }, { onCleanup }) => {
      const redis = await startRedis();
      const ns = await openTestNamespace(env, { ...options, redis });
      onCleanup(async () => {
        await ns.close();
        await redis.stop();
      });
      return ns;
    });
}

/**
 * `it` for tests on one cluster: each gets the worker's TestEnv as `env`, and a TestNamespace of its own as `ns`; or as `nsWithRedis`, whose Redis
 * no other test uses, so that it may lose everything.
 */
export type ClusterIt = ReturnType<typeof testsOn>;

const needs = {
  simulated: () => undefined,
  real: () => realClusterMissing(),
  plain: () => realClusterMissing('plain'),
} as const satisfies Record<ClusterName, () => string | undefined>;

export interface ClustersOptions extends TestNamespaceOptions {
  /** @default simulated and real */
  readonly clusters?: readonly ClusterName[];
  /** Whether Flux is needed, whose definitions a real cluster may lack. @default false */
  readonly flux?: boolean;
  /** How the admission policy `keelson-pin` is while these tests run; or each enters a phase itself. @default 'absent' */
  readonly policy?: PolicyPhase | 'by test';
}

type Tests = (it: ClusterIt, cluster: ClusterName) => void;

/**
 * Registers the same tests over several clusters; the title says why where one is not there. All tests of a process run concurrently, those of
 * other calls too.
 */
export function onClusters(title: string, tests: Tests, options: ClustersOptions = {}): void {
  register(title, tests, options, false);
}

/** The same for tests that share something, or need much: each waits for the one before it. */
export function onClustersInTurn(title: string, tests: Tests, options: ClustersOptions = {}): void {
  register(title, tests, options, true);
}

function register(title: string, tests: Tests, options: ClustersOptions, inTurn: boolean): void {
  const { clusters = ['simulated', 'real'], flux = false } = options;
  for (const cluster of clusters.filter((each) => here.includes(each))) {
    const missing = needs[cluster]() ?? (flux && cluster !== 'simulated' ? fluxCrdsMissing() : undefined);
    const said = missing === undefined ? title : `${title} (skipped, ${missing})`;
    describe.skipIf(missing !== undefined)(said, { concurrent: true }, () => {
      describe(`(${cluster} cluster)`, { concurrent: !inTurn }, () => {
        const it = testsOn(cluster, options);
        // It has few tests, and would be idle for long.
        if (cluster === 'plain') it.afterAll(({ envs }) => envs.stop(cluster));
        tests(it, cluster);
      });
    });
  }
}
