import { randomUUID } from 'node:crypto';
import type { Config } from '@keelson/config';
import { aborted } from '@keelson/core/wait';
import type { Schedules } from '@keelson/queue';
import { createLease, registryPoll, startFunctions, startTicks } from '@keelson/queue';
import type { RedisTarget } from '@keelson/redis';
import type { Deps } from './deps.ts';
import { functionsOf } from './functions.ts';
import { watchPinPolicy } from './guard/watch-pin-policy.ts';
import type { Metrics } from './metrics.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { createPullSecrets } from './registry-access/pull-secrets.ts';

export interface Parts {
  readonly deps: Deps;
  readonly schedules: Schedules;
  readonly config: Config;
  readonly redis: RedisTarget;
  readonly count: Metrics;
}

/**
 * Runs a worker from its start to its end: lists the cluster, then runs functions and ticks, and competes for the lease. Resolves when `signal`
 * aborts and everything it started has ended, with whether all of that ended in time.
 */
export async function work({ deps, redis, schedules, config, count }: Parts, signal: AbortSignal): Promise<boolean> {
  const { view, producer, log, now } = deps;
  const shared = { redis, prefix: config.prefix, log };
  const pin = watchPinPolicy(deps, signal);
  await Promise.all([view.start(signal), pin.known]);
  log.info('the cluster is listed and watched');

  const functions = await startFunctions(functionsOf(deps, createPullSecrets(deps.reader, now)), {
    ...shared,
    graceMs: config.graceSeconds * 1_000,
    concurrency: { [registryPoll.name]: config.pollConcurrency },
    onSettled: count.settled,
  });
  const ticks = await startTicks({
    ...shared,
    onTick: async (workload) => {
      count.tick();
      await producer.add(registryPoll, { workload, trigger: 'poll' });
    },
  });
  const lease = createLease({
    ...shared,
    name: 'reconciler',
    holder: randomUUID(),
    onAcquired: async (held) => {
      count.leader(true);
      log.info('this worker holds the lease and reconciles schedules');
      await reconcile(deps, schedules, held).finally(() => count.leader(false));
    },
  });
  await aborted(signal);
  const [ticked, ran] = await Promise.all([ticks.stop(), functions.stop(), lease.stop(), pin.ended]);
  return ticked && ran;
}
