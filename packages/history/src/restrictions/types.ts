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
  /** It is known from the workload's annotation alone, which whoever may edit the workload writes. */
  readonly restored?: true;
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
    | 'running-another-digest'
    | 'off';
  /** Why, and what to do. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** With `off`: a user wants the pins removed even where a quarantined digest starts then. */
  readonly startQuarantined?: true;
  /** It is known from the workload's annotation alone, which whoever may edit the workload writes. */
  readonly restored?: true;
}

/**
 * No new rollout starts until a user resumes: so many workloads failed at once that the cause is probably the namespace, or the cluster. Without a
 * namespace: for any workload.
 */
export interface Stop {
  readonly namespace?: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** That what Keelson wrote was reverted. Whoever did it: clients choose the names of field managers, so the times count and not the names. */
export interface Reverted {
  /** The field manager that did it last. */
  readonly manager: string;
  /** How often within the last hour, since the last rollout. */
  readonly times: number;
  /** The last time, in milliseconds since the epoch. */
  readonly at: number;
  /** When it was, oldest first; absent in records of earlier builds. */
  readonly recent?: readonly number[];
  /** When the pin is to be restored, in milliseconds since the epoch; absent once that has begun. */
  readonly restoreAt?: number;
}
