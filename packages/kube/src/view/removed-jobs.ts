import type { Job, RemovedJob } from '../types.ts';

/** Of each CronJob the Job that ended and was removed last. Memory is bounded by the number of CronJobs. */
export interface RemovedJobs {
  /** Keeps a removed Job, if it has ended. */
  keep(removed: RemovedJob): void;
  of(ownerUid: string): RemovedJob | undefined;
  forget(ownerUid: string): void;
}

export function createRemovedJobs(): RemovedJobs {
  const byOwner = new Map<string, RemovedJob>();
  return {
    keep(removed) {
      const { ownerUid } = removed.job;
      if (ownerUid !== undefined && hasEnded(removed.job)) byOwner.set(ownerUid, removed);
    },
    of: (ownerUid) => byOwner.get(ownerUid),
    forget(ownerUid) {
      byOwner.delete(ownerUid);
    },
  };
}

function hasEnded({ conditions }: Job): boolean {
  return conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}
