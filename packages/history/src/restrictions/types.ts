import type { Digest } from '@keelson/image';

/** A digest that is not rolled out to this workload again (law 7) until the tag moves or a user releases it. */
export interface QuarantineEntry {
  readonly container: string;
  /** Repository with its host. */
  readonly image: string;
  readonly tag?: string;
  readonly digest: Digest;
  /** The code of the verdict, or `manual` after a manual rollback. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Id of the rollout that failed. */
  readonly rollout?: string;
}

/** Nothing new is rolled out to the workload until a user resumes it. */
export interface Hold {
  readonly code:
    | 'paused'
    | 'manual-rollback'
    | 'rollback-failed'
    | 'last-good-gone'
    | 'no-last-good'
    | 'manual-rollback-required'
    | 'too-many-failures'
    | 'reverted'
    | 'off';
  /** Why, and what to do. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** No new rollout starts for any workload until a user resumes: so many workloads failed at once that the cause is probably the cluster. */
export interface ClusterStop {
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The field manager that reverted what Keelson wrote, and how often since the last rollout. */
export interface Reverted {
  readonly manager: string;
  readonly times: number;
  /** The last time, in milliseconds since the epoch. */
  readonly at: number;
}
