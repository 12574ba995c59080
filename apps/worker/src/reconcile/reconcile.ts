import { sleep } from '@keelson/core/wait';
import type { Schedules } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { createChangedWorkloads } from './changed-workloads.ts';
import { queueProofs } from './queue-proofs.ts';
import { createReconciler } from './reconciler.ts';
import { createSweep } from './sweep.ts';

/** All workloads are reconciled again this often, whatever the watches reported. */
const resyncMs = 10 * 60_000;

/** How soon an owner that confirms a workload is noticed. */
const proveMs = 30_000;

/** How soon a Redis that lost everything is noticed. */
const lossCheckMs = 2_000;

/** How often the proofs are queued that are due until the next time. */
const proofsMs = 10 * 60_000;

/** How often rollouts past the retention are removed. */
const trimMs = 60 * 60_000;

/** The pause while nothing changes, and before a retry. */
const pauseMs = 1_000;

/** What the holder of the lease does: keeps records and schedules in line with the cluster, and wakes rollouts under way. Ends with `signal`. */
export async function reconcile(deps: Deps, schedules: Schedules, signal: AbortSignal): Promise<void> {
  const { view, history, log, now } = deps;
  const reconciler = createReconciler(deps, schedules);
  const dirty = createChangedWorkloads();
  let idle = new AbortController();
  const wake = () => idle.abort();
  const stop = view.onChange((change) => {
    if (change.type !== 'workload') return;
    dirty.add(change.key);
    wake();
  });
  signal.addEventListener('abort', wake);
  const sweep = createSweep(deps).run(signal);

  let resyncAt = 0;
  let proveAt = now() + proveMs;
  let lossCheckAt = 0;
  let proofsAt = 0;
  let trimAt = 0;
  /** Does what is due next; false when nothing is. */
  const step = async (): Promise<boolean> => {
    if (now() >= lossCheckAt) {
      lossCheckAt = now() + lossCheckMs;
      if (await reconciler.isForgotten()) resyncAt = 0;
    }
    if (now() >= resyncAt) {
      dirty.clear();
      await reconciler.reconcileAll();
      resyncAt = now() + resyncMs;
    }
    if (now() >= proveAt) {
      proveAt = now() + proveMs;
      for (const key of reconciler.unproven()) dirty.add(key);
    }
    if (now() >= proofsAt) {
      proofsAt = now() + proofsMs;
      await queueProofs(deps, proofsMs);
    }
    if (now() >= trimAt) {
      trimAt = now() + trimMs;
      const removed = await history.trim(now());
      if (removed > 0) log.info({ removed }, 'rollouts past the retention were removed');
    }
    const next = dirty.take();
    if (!next) return false;
    await reconciler.reconcile(next);
    return true;
  };

  try {
    while (!signal.aborted) {
      try {
        if (await step()) continue;
        idle = new AbortController();
        if (!signal.aborted) await sleep(pauseMs, idle.signal);
      } catch (error) {
        log.error({ err: error }, 'could not reconcile records and schedules with the cluster; trying again');
        resyncAt = 0;
        await sleep(pauseMs, signal);
      }
    }
  } finally {
    stop();
    signal.removeEventListener('abort', wake);
    await sweep;
  }
}
