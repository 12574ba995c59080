import type { Digest } from '@keelson/image';

/** A digest that is not offered to this workload again (law 7), until the tag moves or a person releases it. */
export interface QuarantineEntry {
  readonly container: string;
  /** Repository with its host. */
  readonly image: string;
  readonly tag?: string;
  readonly digest: Digest;
  /** The verdict's code, or `manual`. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The rollout that failed. */
  readonly rollout?: string;
}

/** Nothing new is rolled out to a workload until a person resumes it. */
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
  readonly at: number;
}

/** Nothing new is rolled out anywhere until a person resumes: so many workloads failed at once that it must be the cluster. */
export interface ClusterStop {
  readonly message: string;
  readonly at: number;
}

/** Who took away what Keelson wrote, and how often since the last rollout. */
export interface Reverted {
  readonly manager: string;
  readonly times: number;
  readonly at: number;
}
