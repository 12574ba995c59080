import { workloadIdOf } from '@keelson/core';
import { sleep } from '@keelson/core/wait';
import type { HistoryEvent, Rollout } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import type { ClusterChange } from '@keelson/kube';
import { guardPins, imagePatch, rolloutVerify } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { isDueToWake } from './when-to-wake.ts';

/** How often every rollout under way is considered, whether anything changed in the cluster or not. */
const sweepMs = 1_000;

/** How often every unproven rollout is considered, whether anything changed in the cluster or not. */
const unprovenMs = 5 * 60_000;

/**
 * Wakes every rollout under way: at once when something of it changes in the cluster, and otherwise every second, so that a job lost between
 * two steps is queued again (law 4); less often where only a change in the cluster can move it on. An unproven one is woken when something of its
 * workload changes, and every few minutes (law 14). At rest it costs one Redis command a second.
 */
export function createSweep(
  { view, history, producer, log, now, soakMs }: Pick<Deps, 'view' | 'history' | 'producer' | 'log' | 'now' | 'soakMs'>,
  everyMs = sweepMs,
) {
  let active = new Map<string, Rollout>();
  const unproven = new Map<string, Rollout>();
  let unprovenAt = 0;
  let wokenAt = new Map<string, number>();

  const wake = async (rollout: Rollout): Promise<void> => {
    wokenAt.set(rollout.id, now());
    await producer.add(rollout.state === 'pending' ? imagePatch : rolloutVerify, {
      workload: rollout.workload,
      rollout: rollout.id,
    });
  };

  /** Rollouts that are being woken. A rollout of many pods changes many times at once: changes meanwhile wake it once more after that. */
  const waking = new Map<string, Rollout | undefined>();
  const wakeAtOnce = (rollout: Rollout): void => {
    const { id } = rollout;
    const isWaking = waking.has(id);
    waking.set(id, isWaking ? rollout : undefined);
    if (isWaking) return;
    wake(rollout)
      .catch((error: unknown) => log.warn({ err: error }, 'could not wake a rollout; the sweep will'))
      .finally(() => {
        const again = waking.get(id);
        waking.delete(id);
        if (again) wakeAtOnce(again);
      });
  };

  const sweep = async (): Promise<void> => {
    const all = await history.active();
    const before = active;
    active = new Map(all.map((rollout) => [rollout.workload, rollout]));
    for (const { workload, id } of before.values()) if (active.get(workload)?.id !== id) await noteUnproven(id);
    wokenAt = new Map(all.flatMap(({ id }) => [[id, wokenAt.get(id) ?? 0] as const]));
    const due = all.filter((rollout) =>
      isDueToWake(view, rollout, { now: now(), wokenAt: wokenAt.get(rollout.id), soakMs }),
    );
    await Promise.all(due.map(wake));
    if (now() - unprovenAt < unprovenMs) return;
    const known = [...unproven.keys()];
    const waiting = await history.unproven();
    // What an event added meanwhile stays.
    for (const workload of known) unproven.delete(workload);
    for (const rollout of waiting) unproven.set(rollout.workload, rollout);
    await Promise.all(waiting.map(wake));
    unprovenAt = now();
  };

  /** A rollout that is no longer under way: until its event comes, which may take long, changes of its pods would wake nothing. */
  async function noteUnproven(id: string): Promise<void> {
    const rollout = await history.rollout(id);
    if (rollout?.state !== 'unproven') return;
    unproven.set(rollout.workload, rollout);
    await wake(rollout);
  }

  /** The rollout that a change in the cluster affects. */
  function affectedBy({ key }: ClusterChange): Rollout | undefined {
    const id = workloadIdOf(key);
    return active.get(id) ?? unproven.get(id);
  }

  return {
    async run(signal: AbortSignal): Promise<void> {
      const stop = view.onChange((change) => {
        if (active.size === 0 && unproven.size === 0) return;
        const rollout = affectedBy(change);
        if (rollout) wakeAtOnce(rollout);
      });
      const events = follow(signal);
      try {
        while (!signal.aborted) {
          await sweep().catch((error: unknown) =>
            log.warn({ err: error }, 'the sweep over running rollouts failed; trying again'),
          );
          await sleep(everyMs, signal);
        }
      } finally {
        stop();
        await events;
      }
    },
  };

  async function note(event: HistoryEvent): Promise<void> {
    if (changesSavedState(event)) await producer.add(guardPins, { workload: event.workload });
    if (event.type !== 'rollout' || event.rollout === undefined) return;
    const rollout = await history.rollout(event.rollout);
    keepIn(active, event, rollout && isUnderWay(rollout.state) ? rollout : undefined);
    keepIn(unproven, event, rollout?.state === 'unproven' ? rollout : undefined);
  }

  /** Rollouts begun by any worker count as active from their event on, not only from the next sweep. */
  async function follow(signal: AbortSignal): Promise<void> {
    let after: string | undefined;
    while (!signal.aborted) {
      try {
        after ??= await history.lastEventId();
        for (const event of await history.events(after, { blockMs: 5_000, signal })) {
          await note(event);
          // Only then: an event that could not be noted is read again.
          after = event.id;
        }
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'could not read the event stream; trying again');
        await sleep(sweepMs, signal);
      }
    }
  }
}

/** Keeps the newest rollout of a workload as long as it belongs to the map. */
function keepIn(
  map: Map<string, Rollout>,
  { workload, rollout: id }: HistoryEvent,
  rollout: Rollout | undefined,
): void {
  if (rollout) map.set(workload, rollout);
  else if (map.get(workload)?.id === id) map.delete(workload);
}

/** Whether an event changes what the state annotation saves: quarantine, hold, digests. */
function changesSavedState({ type, name }: HistoryEvent): boolean {
  if (type === 'rollout') return name !== 'pending' && name !== 'verifying';
  return type === 'quarantine' || type === 'hold';
}
