/** How long a failure that may mend itself is let be, in ms, from the later of the write and the pod's creation. Never longer than the deadline. */
export const GRACES = {
  /** A Secret or ConfigMap that is missing may be applied a moment later, and a kubelet's cache may lag behind. */
  config: 60_000,
  /** The runtime refused to create or start it: it tries again by itself a few times. */
  create: 30_000,
  /** Kubelets before 1.32 name the cause with ErrImagePull only, not while they back off (kubernetes#127918): by then they tried about three times. */
  pull: 30_000,
  /** A Deployment keeps ProgressDeadlineExceeded until it progresses, so right after a hold or a rollback it may be the old one. */
  progress: 60_000,
} as const;
