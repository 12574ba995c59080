import type { WorkloadKey } from '@keelson/core';
import { workloadIdOf } from '@keelson/core';
import type { WorkloadRecord } from '@keelson/history';
import { isHistoryError } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { pinsOn, stateKey } from '@keelson/kube';
import { fewWarnings, isFollowed, readIntent } from '@keelson/policy';
import type { Schedules, WantedSchedule } from '@keelson/queue';
import { guardPins, isQueueError, registryPoll, removeFields } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { carriesOurFields } from '../drift/carries-our-fields.ts';
import { needsGuard } from '../drift/needs-guard.ts';
import { createPace } from '../registry-access/paced-schedule.ts';
import { isDue } from './is-due.ts';
import { leftOwners, removeEntries } from './remove-entries.ts';
import { restoreState } from './restore-state.ts';
import { stillPinned } from './still-pinned.ts';
import { wantedSchedule } from './wanted-schedule.ts';
import { workloadRecord } from './workload-record.ts';

export interface Reconciler {
  /** Brings Redis in line with the cluster: records, schedules, and a check of every workload that is new or was not checked for an interval. */
  reconcileAll(): Promise<void>;
  /** The same for one workload that was created, changed or deleted. */
  reconcile(key: WorkloadKey): Promise<void>;
  /** Workloads with a warning about their owner, which may have changed. */
  unproven(): readonly WorkloadKey[];
  /** Whether Redis lost what was written to it. */
  isForgotten(): Promise<boolean>;
}

/** An entry of Keelson's keeps Flux from reconciling: the guard writes it again. */
const breaksOwner = 'entry-breaks-owner';

/** Warnings that the owner of a workload may end. */
const aboutOwner: ReadonlySet<string> = new Set(['owner-unknown', 'owner-disproven', 'may-be-reverted', breaksOwner]);

interface Reconciled {
  /** The record as JSON, to see whether it changed. */
  readonly record: string;
  /** The followed images: a change of them requires a check. */
  readonly followed: string;
  readonly schedule: string;
  /** The fields that Keelson may have written, and their field managers. */
  readonly pins: string;
  readonly owners: Pick<WorkloadRecord, 'owner' | 'leftOwners'>;
  /** It may change without a change of the workload: its owner is not proven, or may not be written into, or one before it may still apply it. */
  readonly unproven: WorkloadKey | undefined;
}

/**
 * Keeps Redis in line with the cluster. Level-triggered: it compares what is wanted with what it last wrote, whatever the event was. Only
 * the holder of the lease runs it, since BullMQ's schedulers do not support two writers.
 */
export function createReconciler(
  deps: Pick<Deps, 'view' | 'reader' | 'history' | 'producer' | 'writes' | 'now' | 'log'>,
  schedules: Schedules,
): Reconciler {
  const { view, history, producer, writes, now, log } = deps;
  const pace = createPace(view, now);
  const reconciled = new Map<string, Reconciled>();
  let starting = true;

  async function plan(workload: Workload, before: Reconciled['owners'] | undefined) {
    const own = readIntent(workload);
    const intent = { ...own, schedule: pace(own.schedule, workload.namespace) };
    const left = intent.managed ? [] : stillPinned(workload);
    // Not managed, but probably meant to be: a misspelt key has to be shown somewhere. So has a pin that cannot be removed yet.
    if (!intent.managed && intent.warnings.length === 0 && left.length === 0) return undefined;
    const made = await workloadRecord(workload, intent, writes);
    const others = await leftOwners(deps, made, before);
    const owners = { owner: made.owner, ...(others.length > 0 && { leftOwners: others }) };
    const warnings = [...made.warnings, ...left];
    const record = { ...made, ...owners, warnings: fewWarnings(warnings, workload.moreKeys) };
    const schedule = wantedSchedule(intent, record);
    const followed = isFollowed(intent) ? record.containers.map((c) => `${c.name} ${c.repository}:${c.tag ?? ''}`) : [];
    return {
      record,
      schedule,
      followed,
      breaksOwner: warnings.some(({ code }) => code === breaksOwner),
      reconciled: {
        record: JSON.stringify(record),
        followed: JSON.stringify([record.uid, followed]),
        schedule: JSON.stringify(schedule ?? null),
        pins: pinsText(workload),
        owners,
        unproven: others.length > 0 || warnings.some(({ code }) => aboutOwner.has(code)) ? keyOf(workload) : undefined,
      } satisfies Reconciled,
    };
  }

  async function drop(id: string): Promise<void> {
    reconciled.delete(id);
    await schedules.remove(id);
    await forget(id, (await history.workload(id))?.record);
  }

  /** A record stays until what it is about has gone from the cluster as well; all records are reconciled again and again. */
  async function forget(id: string, record: WorkloadRecord | undefined): Promise<void> {
    if (!record || (await removeEntries(deps, record))) await history.removeWorkload(id);
  }

  /** Where the workload is not managed (any more), the fields that Keelson wrote are removed. */
  async function release(id: string, workload: Workload): Promise<void> {
    if (!readIntent(workload).managed && carriesOurFields(workload)) await producer.add(removeFields, { workload: id });
  }

  /** An error of one workload does not stop the others. A retryable error of Redis is thrown, for the caller to try again. */
  async function isolated(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((isHistoryError(error) || isQueueError(error)) && error.retryable) throw error;
      log.error({ err: error, workload: id }, 'could not reconcile a workload');
    }
  }

  return {
    async reconcileAll() {
      const wanted = new Map<string, WantedSchedule>();
      const alive = new Set<string>();
      const toCheck = new Map<string, WantedSchedule | undefined>();
      const known = new Map((await history.workloads()).map((state) => [state.record.id, state]));
      reconciled.clear();
      await forEachOf(view.workloads(), (workload) => {
        const id = workloadIdOf(workload);
        return isolated(id, async () => {
          // Its record stays until the workload is known not to be managed.
          alive.add(id);
          const state = known.get(id);
          const planned = await plan(workload, state?.record);
          if (!planned) {
            alive.delete(id);
            await release(id, workload);
            return;
          }
          if (planned.schedule) wanted.set(id, planned.schedule);
          if (!state) await restoreState(history, workload);
          if (JSON.stringify(state?.record) !== planned.reconciled.record) await history.putWorkload(planned.record);
          const mayDiffer =
            planned.breaksOwner || (state ? needsGuard(writes, workload, state) : carriesOurFields(workload));
          if (mayDiffer && planned.followed.length > 0) await producer.add(guardPins, { workload: id });
          await release(id, workload);
          reconciled.set(id, planned.reconciled);
          if (planned.followed.length > 0) toCheck.set(id, planned.schedule);
        });
      });
      const dead = [...known].filter(([id]) => !alive.has(id));
      await forEachOf(dead, ([id, { record }]) => isolated(id, () => forget(id, record)), 20);
      const { refused } = await schedules.reconcile(wanted);
      if (refused.length > 0)
        log.error({ workloads: refused.slice(0, 20) }, 'schedules that are never due were left out');
      const due = [...toCheck].filter(([id, planned]) =>
        isDue({ schedule: planned?.schedule, lastCheck: known.get(id)?.check?.at, starting, now: now() }),
      );
      await queueChecks(due.map(([id]) => id));
      starting = false;
    },

    unproven: () => [...reconciled.values()].flatMap(({ unproven }) => unproven ?? []),

    async isForgotten() {
      // Some may have been recorded anew since, because they changed.
      return reconciled.size > 0 && (await history.workloadCount()) < reconciled.size;
    },

    async reconcile(key) {
      const id = workloadIdOf(key);
      await isolated(id, async () => {
        const workload = view.workload(key);
        const before = reconciled.get(id);
        const recorded = before ? before.owners : (await history.workload(id))?.record;
        const planned = workload && (await plan(workload, recorded));
        if (!planned) {
          if (before) await drop(id);
          if (workload) await release(id, workload);
          return;
        }
        if (!before) await restoreState(history, workload);
        if (before?.record !== planned.reconciled.record) await history.putWorkload(planned.record);
        if (before?.schedule !== planned.reconciled.schedule) {
          await (planned.schedule ? schedules.put(id, planned.schedule) : schedules.remove(id));
        }
        reconciled.set(id, planned.reconciled);
        if (before?.pins !== planned.reconciled.pins || planned.breaksOwner) {
          if (planned.followed.length > 0) await producer.add(guardPins, { workload: id });
        }
        if (before?.record !== planned.reconciled.record || before.pins !== planned.reconciled.pins) {
          await release(id, workload);
        }
        const isNew = before?.followed !== planned.reconciled.followed && planned.followed.length > 0;
        if (isNew && planned.schedule?.schedule.type !== 'cron') await queueChecks([id]);
      });
    },
  };

  async function queueChecks(ids: readonly string[]): Promise<void> {
    const notBefore = now();
    await forEachOf(ids, (workload) => producer.add(registryPoll, { workload, trigger: 'start', notBefore }));
  }
}

/** Runs `each` for a batch of items at once, so that Redis gets their commands in one pipeline. */
async function forEachOf<T>(items: Iterable<T>, each: (item: T) => Promise<unknown>, batch = 500): Promise<void> {
  const all = [...items];
  for (let start = 0; start < all.length; start += batch) await Promise.all(all.slice(start, start + batch).map(each));
}

function keyOf({ namespace, kind, name }: Workload): WorkloadKey {
  return { namespace, kind, name };
}

function pinsText(workload: Workload): string {
  const { uid, annotations, containers, writers } = workload;
  return JSON.stringify([uid, annotations[stateKey], pinsOn(workload), containers.map(({ image }) => image), writers]);
}
