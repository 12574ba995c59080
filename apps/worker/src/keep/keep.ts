import type { WorkloadKey } from '@keelson/kube';
import type { Schedules } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { idOf } from '../workload-id.ts';
import { createKeeper } from './keeper.ts';
import { createSweep } from './sweep.ts';

/** Everything is compared again this often, whatever the watches said. */
const RESYNC_MS = 10 * 60_000;

/** How soon a Redis that lost everything is noticed. */
const LOSS_CHECK_MS = 2_000;

/** What the holder of the lease does: keep records and schedules in line with the cluster, and running rollouts moving. */
export async function keep(deps: Deps, schedules: Schedules, signal: AbortSignal): Promise<void> {
  const { view, log, now } = deps;
  const keeper = createKeeper(deps, schedules);
  const dirty = new Map<string, WorkloadKey>();
  let wake = () => {};
  const stop = view.onChange((change) => {
    if (change.type !== 'workload') return;
    dirty.set(idOf(change.key), change.key);
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  const sweep = createSweep(deps).run(signal);

  let resyncAt = 0;
  let lossCheckAt = 0;
  try {
    while (!signal.aborted) {
      try {
        if (now() >= lossCheckAt) {
          lossCheckAt = now() + LOSS_CHECK_MS;
          if (await keeper.isForgotten()) resyncAt = 0;
        }
        if (now() >= resyncAt) {
          dirty.clear();
          await keeper.reconcileAll();
          resyncAt = now() + RESYNC_MS;
        }
        const [next] = dirty;
        if (next) {
          dirty.delete(next[0]);
          await keeper.reconcile(next[1]);
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1_000).unref();
          if (dirty.size > 0 || signal.aborted) resolve();
        });
      } catch (error) {
        log.error({ err: error }, 'records and schedules could not be brought in line with the cluster; tried again');
        resyncAt = 0;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
    await sweep;
  }
}
