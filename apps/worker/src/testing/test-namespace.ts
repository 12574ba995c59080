import { randomBytes } from 'node:crypto';
import { queueCounts } from '@keelson/queue/testing';
import { createReconciler } from '../reconcile/reconciler.ts';
import { createPullSecrets } from '../registry-access/pull-secrets.ts';
import { openDeps } from './deps.ts';
import { openFunctions } from './functions.ts';
import { openRecords } from './records.ts';
import type { TestEnv } from './test-env.ts';
import { openWorkloads } from './workloads.ts';

/** One test's own namespace and Redis prefix, with the real dependencies of the functions. */
export type TestNamespace = Awaited<ReturnType<typeof openTestNamespace>>;

export async function openTestNamespace(env: TestEnv) {
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  const { deps, schedules, http, lines, clock } = await openDeps(env, namespace);
  const pullSecrets = createPullSecrets(deps.reader, deps.now);
  const shared = { redis: env.redis.url, prefix: namespace };
  const workloads = openWorkloads({ env, namespace, deps, http });
  const records = openRecords({ namespace, deps, ...workloads });
  const functions = openFunctions({ deps, pullSecrets, shared, ...records });

  env.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await deps.view.start();
  return {
    env,
    namespace,
    deps,
    schedules,
    queueCounts: () => queueCounts(shared),
    http,
    /** Every log line so far. */
    lines,
    /** How far `deps.now` is ahead of the clock, in milliseconds. */
    clock,
    pullSecrets,
    /** A new one knows nothing yet, as when a worker gets the lease. */
    reconciler: () => createReconciler(deps, schedules),
    ...workloads,
    ...records,
    ...functions,

    async close(): Promise<void> {
      const { view, producer, singleFlight, registry, history } = deps;
      await view.stop();
      await Promise.all([schedules, producer, singleFlight, registry, history, http].map((one) => one.close()));
    },
  };
}
