import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { it as base, describe } from 'vitest';
import { installPolicy, removePolicy } from './pin-policy.ts';
import type { ClusterName, TestEnv } from './test-env.ts';
import { startTestEnv } from './test-env.ts';
import type { TestNamespaceOptions } from './test-namespace.ts';
import { openTestNamespace } from './test-namespace.ts';

/** A Vitest worker starts each TestEnv when the first test needs it, and stops all of them when it ends. */
const withEnvs = base
  .extend('started', { scope: 'worker' }, new Map<ClusterName, Promise<TestEnv>>())
  .extend('envs', { scope: 'worker' }, async ({ started }, { onCleanup }) => {
    onCleanup(async () => {
      // Vitest has a clean-up for every file of the worker, each for the same environments: the first one stops them.
      const envs = [...started.values()];
      started.clear();
      await Promise.all(envs.map(async (env) => (await env).stop()));
    });
    return {
      of(cluster: ClusterName): Promise<TestEnv> {
        const env = started.get(cluster) ?? startTestEnv(cluster);
        started.set(cluster, env);
        return env;
      },
    };
  });

function testsOn(cluster: ClusterName, options: TestNamespaceOptions) {
  return withEnvs
    .extend('env', ({ envs }) => envs.of(cluster))
    .extend('ns', async ({ env }, { onCleanup }) => {
      const ns = await openTestNamespace(env, options);
      onCleanup(() => ns.close());
      return ns;
    });
}

/** `it` for tests on one cluster: each gets the worker's TestEnv as `env`, and a TestNamespace of its own as `ns`. */
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
  /** Whether the admission policy `keelson-pin` is installed while these tests run. @default false */
  readonly policy?: boolean;
}

/** Registers the same tests over several clusters; the title says why where one is not there. */
export function onClusters(
  title: string,
  tests: (it: ClusterIt, cluster: ClusterName) => void,
  { clusters = ['simulated', 'real'], flux = false, policy = false, ...options }: ClustersOptions = {},
): void {
  for (const cluster of clusters) {
    const missing = needs[cluster]() ?? (flux && cluster !== 'simulated' ? fluxCrdsMissing() : undefined);
    const place = `(${cluster} cluster${missing === undefined ? '' : `: skipped, ${missing}`})`;
    describe.skipIf(missing !== undefined)(`${title} ${place}`, () => {
      const it = testsOn(cluster, options);
      if (policy) {
        it.beforeAll(async ({ envs }) => installPolicy((await envs.of(cluster)).kube));
        it.afterAll(async ({ envs }) => removePolicy((await envs.of(cluster)).kube));
      }
      tests(it, cluster);
    });
  }
}
