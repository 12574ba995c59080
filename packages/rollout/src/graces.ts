/** How long a failure that may end by itself is tolerated, in milliseconds, from the later of the write and the pod's creation. At most the deadline. */
export const graces = {
  /** A missing Secret or ConfigMap may be applied a moment later, and the kubelet's cache may lag behind. */
  config: 60_000,
  /** The runtime refused to create or start the container: it retries a few times by itself. */
  create: 30_000,
  /** Kubelets before 1.32 name the cause with ErrImagePull only, not while they back off (kubernetes#127918): by then they tried about three times. */
  pull: 30_000,
  /** A Deployment keeps ProgressDeadlineExceeded until it progresses, so right after a blocked phase or a rollback the condition may be an old one. */
  progress: 60_000,
} as const;
