import { workloadIdOf, workloadKeyOf } from '@keelson/core';
import { sleep } from '@keelson/core/wait';
import type { HistoryEvent, Rollout } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import type { ClusterChange, Workload } from '@keelson/kube';
import { guardPins, imagePatch, rolloutVerify } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { isDueToWake } from './when-to-wake.ts';

/** How often every rollout under way is asked about, whatever was or was not heard of it. */
const SWEEP_MS = 1_000;

/**
 * Sees to it that every rollout under way moves on: at once when the cluster says something about it, and every second in any case, so
 * that a job lost between two steps is made again (law 4); those that only rest, now and then. At rest it is one Redis command a second.
 */
export function createSweep(
  { view, history, producer, log, now, soakMs }: Pick<Deps, 'view' | 'history' | 'producer' | 'log' | 'now' | 'soakMs'>,
  everyMs = SWEEP_MS,
) {
  let active = new Map<string, Rollout>();
  let asked = new Map<string, number>();

  const wake = async (rollout: Rollout): Promise<void> => {
    asked.set(rollout.id, now());
    await producer.add(rollout.state === 'pending' ? imagePatch : rolloutVerify, { rollout: rollout.id });
  };

  /** A rollout of many pods is heard of many times in a moment: what comes while it is being woken is one more waking after that. */
  const heard = new Map<string, Rollout | undefined>();
  const hear = (rollout: Rollout): void => {
    const { id } = rollout;
    const waking = heard.has(id);
    heard.set(id, waking ? rollout : undefined);
    if (waking) return;
    wake(rollout)
      .catch((error: unknown) => log.warn({ err: error }, 'a rollout could not be woken; the sweep will'))
      .finally(() => {
        const again = heard.get(id);
        heard.delete(id);
        if (again) hear(again);
      });
  };

  const sweep = async (): Promise<void> => {
    const all = await history.active();
    active = new Map(all.map((rollout) => [rollout.workload, rollout]));
    asked = new Map(all.flatMap(({ id }) => [[id, asked.get(id) ?? 0] as const]));
    const due = all.filter((rollout) =>
      isDueToWake(view, rollout, { now: now(), askedAt: asked.get(rollout.id), soakMs }),
    );
    await Promise.all(due.map(wake));
  };

  /** The rollout that a change in the cluster is about. */
  function about(change: ClusterChange): Rollout | undefined {
    if (change.type === 'workload') return active.get(workloadIdOf(change.key));
    for (const rollout of active.values()) {
      const key = workloadKeyOf(rollout.workload);
      const workload = key?.namespace === change.namespace ? view.workload(key) : undefined;
      if (!workload) continue;
      if (change.type === 'pod' ? isPodOf(workload, change.labels) : change.ownerUid === workload.uid) return rollout;
    }
    return undefined;
  }

  return {
    async run(signal: AbortSignal): Promise<void> {
      const stop = view.onChange((change) => {
        if (active.size === 0) return;
        const rollout = about(change);
        if (rollout) hear(rollout);
      });
      const events = follow(signal);
      try {
        while (!signal.aborted) {
          await sweep().catch((error: unknown) =>
            log.warn({ err: error }, 'the sweep over running rollouts failed; tried again'),
          );
          await sleep(everyMs, signal);
        }
      } finally {
        stop();
        await events;
      }
    },
  };

  function isPodOf(workload: Workload, labels: Readonly<Record<string, string>>): boolean {
    if (workload.kind !== 'CronJob') return matches(workload.selector, labels);
    const job = labels['batch.kubernetes.io/job-name'] ?? labels['job-name'];
    return job !== undefined && view.jobs(workload).some(({ name }) => name === job);
  }

  /** Rollouts begun by any worker count as active from their event on, not only from the next sweep. */
  async function follow(signal: AbortSignal): Promise<void> {
    let after: string | undefined;
    while (!signal.aborted) {
      try {
        after ??= await history.lastEventId();
        for (const event of await history.events(after, { blockMs: 5_000, signal })) {
          after = event.id;
          if (changesSavedState(event)) await producer.add(guardPins, { workload: event.workload });
          if (event.type !== 'rollout' || event.rollout === undefined) continue;
          const rollout = await history.rollout(event.rollout);
          if (rollout && isUnderWay(rollout.state)) active.set(event.workload, rollout);
          else if (active.get(event.workload)?.id === event.rollout) active.delete(event.workload);
        }
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'the event stream could not be read; tried again');
        await sleep(SWEEP_MS, signal);
      }
    }
  }
}

function matches(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The workload's own annotation says what Redis knows of it: its quarantine, its hold, what was good. */
function changesSavedState({ type, name }: HistoryEvent): boolean {
  if (type === 'rollout') return name !== 'pending' && name !== 'verifying';
  return type === 'quarantine' || type === 'hold';
}
