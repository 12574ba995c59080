import type { WorkloadKey } from '@keelson/core';
import { workloadIdOf } from '@keelson/core';
import { isHistoryError } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { pinsOn, stateKey } from '@keelson/kube';
import { isFollowed, readIntent } from '@keelson/policy';
import type { Schedules, WantedSchedule } from '@keelson/queue';
import { guardPins, isQueueError, registryPoll, removeFields } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { carriesOurs } from '../drift/carries-ours.ts';
import { needsGuard } from '../drift/needs-guard.ts';
import { isDue } from './is-due.ts';
import { restoreState } from './restore-state.ts';
import { wantedSchedule } from './wanted-schedule.ts';
import { workloadRecord } from './workload-record.ts';

export interface Reconciler {
  /** Bring Redis in line with the cluster: records, schedules, and a first look at whatever is new or was not looked at for an interval. */
  reconcileAll(): Promise<void>;
  /** One workload changed, appeared or went. */
  reconcile(key: WorkloadKey): Promise<void>;
  /** Whether Redis has forgotten what was written to it. */
  isForgotten(): Promise<boolean>;
}

interface Reconciled {
  /** Everything that the record says, to see whether it changed. */
  readonly record: string;
  /** What makes another look necessary: the images followed and how. */
  readonly followed: string;
  readonly schedule: string;
  /** What Keelson may have written, and who owns it. */
  readonly marks: string;
}

/**
 * Keeps Redis in line with the cluster. Level-triggered: it compares what is wanted with what it last wrote, whatever the event was. Only
 * the holder of the lease runs it (BullMQ's schedulers do not bear two writers).
 */
export function createReconciler(
  deps: Pick<Deps, 'view' | 'history' | 'producer' | 'writes' | 'now' | 'log'>,
  schedules: Schedules,
): Reconciler {
  const { view, history, producer, writes, now, log } = deps;
  const kept = new Map<string, Reconciled>();
  let starting = true;

  function plan(workload: Workload) {
    const intent = readIntent(workload);
    // Not followed, but its author meant it to be: a misspelt key has to be seen somewhere.
    if (!intent.managed && intent.warnings.length === 0) return undefined;
    const record = workloadRecord(workload, intent, writes);
    const schedule = wantedSchedule(intent, record);
    const followed = isFollowed(intent) ? record.containers.map((c) => `${c.name} ${c.repository}:${c.tag ?? ''}`) : [];
    return {
      record,
      schedule,
      followed,
      kept: {
        record: JSON.stringify(record),
        followed: JSON.stringify([record.uid, followed]),
        schedule: JSON.stringify(schedule ?? null),
        marks: marksOf(workload),
      } satisfies Reconciled,
    };
  }

  async function drop(id: string): Promise<void> {
    kept.delete(id);
    await schedules.remove(id);
    await history.removeWorkload(id);
  }

  /** Nobody asks Keelson to follow it any more: what Keelson wrote into it goes. */
  async function leave(id: string, workload: Workload): Promise<void> {
    if (carriesOurs(workload)) await producer.add(removeFields, { workload: id });
  }

  /** What is wrong with one workload keeps no other from being kept. What is wrong with Redis is the caller's, to be tried again. */
  async function alone(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((isHistoryError(error) || isQueueError(error)) && error.retryable) throw error;
      log.error({ err: error, workload: id }, 'a workload could not be planned');
    }
  }

  return {
    async reconcileAll() {
      const wanted = new Map<string, WantedSchedule>();
      const alive = new Set<string>();
      const asks = new Map<string, WantedSchedule | undefined>();
      const known = new Map((await history.workloads()).map((state) => [state.record.id, state]));
      kept.clear();
      await forEachOf(view.workloads(), (workload) => {
        const id = workloadIdOf(workload);
        return alone(id, async () => {
          // Until it is known to be none of ours, what is there stays.
          alive.add(id);
          const planned = plan(workload);
          if (!planned) {
            alive.delete(id);
            await leave(id, workload);
            return;
          }
          if (planned.schedule) wanted.set(id, planned.schedule);
          const state = known.get(id);
          if (!state) await restoreState(history, workload);
          if (JSON.stringify(state?.record) !== planned.kept.record) await history.putWorkload(planned.record);
          const mayDiffer = state ? needsGuard(writes, workload, state) : carriesOurs(workload);
          if (mayDiffer && planned.followed.length > 0) await producer.add(guardPins, { workload: id });
          kept.set(id, planned.kept);
          if (planned.followed.length > 0) asks.set(id, planned.schedule);
        });
      });
      for (const id of known.keys()) if (!alive.has(id)) await history.removeWorkload(id);
      await schedules.reconcile(wanted);
      const due = [...asks].filter(([id, planned]) =>
        isDue({ schedule: planned?.schedule, lastCheck: known.get(id)?.check?.at, starting, now: now() }),
      );
      await ask(due.map(([id]) => id));
      starting = false;
    },

    async isForgotten() {
      const [any] = kept.keys();
      return any !== undefined && (await history.workload(any)) === undefined;
    },

    async reconcile(key) {
      const id = workloadIdOf(key);
      await alone(id, async () => {
        const workload = view.workload(key);
        const before = kept.get(id);
        const planned = workload && plan(workload);
        if (!planned) {
          if (before) await drop(id);
          if (workload) await leave(id, workload);
          return;
        }
        if (!before) await restoreState(history, workload);
        if (before?.record !== planned.kept.record) await history.putWorkload(planned.record);
        if (before?.schedule !== planned.kept.schedule) {
          await (planned.schedule ? schedules.put(id, planned.schedule) : schedules.remove(id));
        }
        kept.set(id, planned.kept);
        if (before?.marks !== planned.kept.marks && planned.followed.length > 0) {
          await producer.add(guardPins, { workload: id });
        }
        const isNew = before?.followed !== planned.kept.followed && planned.followed.length > 0;
        if (isNew && planned.schedule?.schedule.type !== 'cron') await ask([id]);
      });
    },
  };

  async function ask(ids: readonly string[]): Promise<void> {
    const notBefore = now();
    await forEachOf(ids, (workload) => producer.add(registryPoll, { workload, trigger: 'start', notBefore }));
  }
}

/** All at once in batches: Redis is a pipeline, not a ping-pong. */
async function forEachOf<T>(items: Iterable<T>, each: (item: T) => Promise<unknown>, batch = 500): Promise<void> {
  const all = [...items];
  for (let start = 0; start < all.length; start += batch) await Promise.all(all.slice(start, start + batch).map(each));
}

function marksOf(workload: Workload): string {
  const { uid, annotations, containers, writers } = workload;
  return JSON.stringify([uid, annotations[stateKey], pinsOn(workload), containers.map(({ image }) => image), writers]);
}
