import { bounds } from '@keelson/core';
import type { Job, Pod, RemovedJob } from '../types.ts';
import type { Controller } from './owned-index.ts';
import { controllerKey, keyOf } from './owned-index.ts';

/** Of each CronJob the Job that was removed last. Memory is bounded by the number of CronJobs and of Jobs that are there. */
export interface RemovedJobs {
  /** A CronJob that is there: of others nothing is kept. */
  follow(cronJob: Controller): void;
  /** A Job that is there: the last pods that it loses are kept with it. */
  watch(job: Job): void;
  keepPod(removed: Pod): void;
  /** The last pods that a Job lost which is there. */
  lostBy(job: Controller): readonly Pod[];
  /** Keeps a removed Job with these pods, which are still there, and those that it lost. */
  keep(removed: Job, pods: Iterable<Pod>): void;
  of(cronJob: Controller): RemovedJob | undefined;
  forget(cronJob: Controller): void;
}

export function createRemovedJobs(): RemovedJobs {
  const cronJobs = new Map<string, RemovedJob | undefined>();
  // A Job is removed before its pods, and two watches may show that the other way round.
  const lostPods = new Map<string, readonly Pod[]>();
  return {
    follow(cronJob) {
      const key = keyOf(cronJob);
      if (!cronJobs.has(key)) cronJobs.set(key, undefined);
    },
    watch(job) {
      const key = keyOf(job);
      if (!lostPods.has(key)) lostPods.set(key, []);
    },
    keepPod(pod) {
      const key = controllerKey(pod) ?? '';
      const lost = lostPods.get(key);
      if (lost) lostPods.set(key, [...lost, pod].slice(-bounds.lostPods));
    },
    lostBy: (job) => lostPods.get(keyOf(job)) ?? [],
    keep(job, pods) {
      const cronJob = controllerKey(job);
      const lost = lostPods.get(keyOf(job)) ?? [];
      lostPods.delete(keyOf(job));
      if (cronJob === undefined || !cronJobs.has(cronJob)) return;
      cronJobs.set(cronJob, { job, pods: [...pods, ...lost].slice(-bounds.lostPods) });
    },
    of: (cronJob) => cronJobs.get(keyOf(cronJob)),
    forget: (cronJob) => void cronJobs.delete(keyOf(cronJob)),
  };
}
