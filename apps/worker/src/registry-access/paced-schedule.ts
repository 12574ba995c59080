import type { Schedule } from '@keelson/core';
import { bounds, nextRun } from '@keelson/core';
import type { ClusterView } from '@keelson/kube';

/** Workloads come and go slowly. In milliseconds. */
const countedMs = 10_000;

/**
 * The schedule by which a workload is polled: its own, but where a namespace has many workloads not so often that its checks fill a worker (law 17).
 */
export type Pace = (schedule: Schedule, namespace: string) => Schedule;

export function createPace(view: Pick<ClusterView, 'workloads'>, now: () => number): Pace {
  let counted: { readonly at: number; readonly sizes: ReadonlyMap<string, number> } | undefined;

  return (schedule, namespace) => {
    if (counted === undefined || now() - counted.at >= countedMs) counted = { at: now(), sizes: sizesOf(view) };
    const shortestMs = shortestFor(counted.sizes.get(namespace) ?? 0);
    // Most namespaces: the next runs of a cron schedule are not looked for.
    if (shortestMs === 0) return schedule;
    return gapMs(schedule, now()) < shortestMs ? { type: 'every', ms: shortestMs } : schedule;
  };
}

/** In steps that double, so that one workload more does not change the schedules of all. In milliseconds. */
function shortestFor(workloads: number): number {
  const seconds = workloads / bounds.namespaceChecksPerSecond;
  return seconds <= 1 ? 0 : 1_000 * 2 ** Math.ceil(Math.log2(seconds));
}

/** The time between two runs; of a cron schedule between the next two. */
function gapMs(schedule: Schedule, now: number): number {
  if (schedule.type === 'every') return schedule.ms;
  const next = nextRun(schedule, now);
  return next === undefined ? Number.POSITIVE_INFINITY : (nextRun(schedule, next) ?? Number.POSITIVE_INFINITY) - next;
}

function sizesOf(view: Pick<ClusterView, 'workloads'>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { namespace } of view.workloads()) sizes.set(namespace, (sizes.get(namespace) ?? 0) + 1);
  return sizes;
}
