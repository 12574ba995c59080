import type { Job, Pod, RemovedJob } from '../types.ts';

/** Of each CronJob the Job that was removed last. Memory is bounded by the number of CronJobs and of Jobs that are there. */
export interface RemovedJobs {
  /** A Job that is there: the pods that it loses are kept with it. */
  watch(job: Job): void;
  keepPod(removed: Pod): void;
  /** The pods that a Job lost which is there. */
  lostBy(job: Pick<Job, 'uid'>): readonly Pod[];
  /** Keeps a removed Job with these pods, which are still there, and those that it lost. */
  keep(removed: Job, pods: Iterable<Pod>): void;
  of(ownerUid: string): RemovedJob | undefined;
  forget(ownerUid: string): void;
}

export function createRemovedJobs(): RemovedJobs {
  const byOwner = new Map<string, RemovedJob>();
  // A Job is removed before its pods, and two watches may show that the other way round.
  const lostPods = new Map<string, Pod[]>();
  return {
    watch({ uid }) {
      if (!lostPods.has(uid)) lostPods.set(uid, []);
    },
    keepPod(pod) {
      lostPods.get(pod.ownerUid ?? '')?.push(pod);
    },
    lostBy: ({ uid }) => lostPods.get(uid) ?? [],
    keep(job, pods) {
      const { uid, ownerUid } = job;
      if (ownerUid !== undefined) byOwner.set(ownerUid, { job, pods: [...pods, ...(lostPods.get(uid) ?? [])] });
      lostPods.delete(uid);
    },
    of: (ownerUid) => byOwner.get(ownerUid),
    forget(ownerUid) {
      byOwner.delete(ownerUid);
    },
  };
}
