import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { Hold, QuarantineEntry, Stop } from '../restrictions/types.ts';
import type { WorkloadState } from '../workloads/types.ts';

/**
 * `pending`: not written yet. `verifying`: written, and its pods are watched. `unproven`: written, and no pod can run it now, or what the pods run
 * is not known; it is verified when that changes. `superseded`: replaced by a newer rollout. `cancelled`: no longer wanted. The last four are
 * end states.
 */
export type RolloutState = 'pending' | 'verifying' | 'unproven' | 'succeeded' | 'failed' | 'superseded' | 'cancelled';

/** What started a rollout. `verdict`: a failed rollout, which is rolled back. `guard`: another field manager reverted what Keelson wrote, or a rollback was lost. */
export type Trigger = 'poll' | 'webhook' | 'manual' | 'start' | 'verdict' | 'guard';

export type RolloutKind = 'update' | 'rollback';

/** The state when the soak began, which `Soak` of packages/rollout compares with. All in milliseconds since the epoch. */
export interface SoakBaseline {
  /** When the soak began. */
  readonly since: number;
  /** When the last pod became ready. */
  readonly lastReady: number;
  /** When the newest pod was created. */
  readonly newestPod: number;
}

/** The image of one container before or after a rollout. `commit`, `built`, `version` and `source` come from the image's labels. */
export interface ImageVersion {
  readonly tag?: string;
  readonly digest?: Digest;
  /** The label `org.opencontainers.image.revision`. */
  readonly commit?: string;
  /** When the image was built, as RFC 3339. */
  readonly built?: string;
  /** The label `org.opencontainers.image.version`. */
  readonly version?: string;
  /** The label `org.opencontainers.image.source`. */
  readonly source?: string;
}

export interface RolloutChange {
  readonly container: string;
  /** Repository with its host, without tag: `registry.gitlab.com/cmunroe/ops/myapp`. */
  readonly image: string;
  readonly from: ImageVersion;
  readonly to: ImageVersion & { readonly digest: Digest };
}

/** One state of a rollout, or one step within it. The first is always `pending`. */
export interface Transition {
  readonly state: RolloutState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly message?: string;
}

/** What a verdict is based on: the pod, and its container's state in the words of Kubernetes. */
export interface Evidence {
  readonly pod?: string;
  readonly container?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  /** The last lines of the container's log. */
  readonly log?: string;
}

/** The object that a rollout was written to, as its last transition left it. */
export interface Written {
  readonly uid: string;
  /** The hash of its pod template. */
  readonly template: string;
  /** The hash of what others wrote into its pod template. Absent in records of releases before 0.2. */
  readonly foreign?: string;
  /** The name of the write path. */
  readonly path: string;
}

export interface Rollout {
  /** Opaque; ids sort by start. */
  readonly id: string;
  readonly workload: WorkloadId;
  readonly changes: readonly RolloutChange[];
  readonly trigger: Trigger;
  /** Why it was started: the code of the decision. */
  readonly code: string;
  /** The same for people. */
  readonly message: string;
  readonly state: RolloutState;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When the newest transition was, in milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly transitions: readonly Transition[];
  readonly evidence?: Evidence;
  /** `metadata.generation` of the workload with the change; 0 until it is written. */
  readonly generation: number;
  readonly kind: RolloutKind;
  /** Of an automatic rollback: the id of the rollout that failed. */
  readonly rollbackOf?: string;
  /** Why the workload was unhealthy before the write; then a failure is not blamed on the image. */
  readonly unhealthyBefore?: string;
  /** The object that was written. Absent until written. */
  readonly written?: Written;
  /** What healthy containers ran that it does not change, when it was written: short hashes, by container. Absent where there were none. */
  readonly beside?: Readonly<Record<string, readonly string[]>>;
  /** Set when the soak begins. */
  readonly soak?: SoakBaseline;
}

/** A rollout to begin. */
export interface NewRollout {
  readonly workload: WorkloadId;
  readonly changes: readonly RolloutChange[];
  readonly trigger: Trigger;
  /** Why it starts: the code of the decision. */
  readonly code: string;
  /** The same for people; shortened to 1,000 characters. */
  readonly message: string;
  /** A rollback begins in spite of a hold and of a stop of all rollouts. @default update */
  readonly kind?: RolloutKind;
  readonly rollbackOf?: string;
  /** Why the workload is unhealthy before it begins. A rollout that supersedes a written one keeps the value of that one. */
  readonly unhealthyBefore?: string;
  /** What the decision knew: nothing begins where a newer rollout began since. @default it knows all */
  readonly knew?: Pick<WorkloadState, 'latest'>;
  /** Begin even if the targets were written last: a user requests it, or the cluster no longer has them. @default false */
  readonly again?: boolean;
  /** Quarantine entries that are added in the same step. */
  readonly quarantine?: readonly QuarantineEntry[];
  /** A hold that is put on the workload in the same step, in place of an existing one. */
  readonly hold?: Hold;
}

/** The consequences of a failed rollout. They are stored together with its end, all or none (laws 7 and 8). */
export interface Consequences {
  readonly quarantine?: readonly QuarantineEntry[];
  /** Entries that leave the quarantine. */
  readonly released?: readonly QuarantineEntry[];
  /** A hold, unless the workload has one already. */
  readonly hold?: Hold;
  /**
   * A rollback that begins in the same step, unless the workload was removed or the target is in quarantine (then the workload is put on hold).
   * Afterwards its id is `active` of the workload.
   */
  readonly rollback?: Omit<NewRollout, 'workload' | 'kind' | 'rollbackOf' | 'quarantine' | 'hold' | 'again'>;
}

export type BeginResult =
  | { readonly outcome: 'created'; readonly rollout: Rollout; readonly superseded?: string }
  /** A rollout to the same digests is under way: this one. */
  | { readonly outcome: 'exists'; readonly rollout: Rollout }
  /** Every target was written last: nothing begins. `rollout`: the workload's newest one, if any. */
  | { readonly outcome: 'done'; readonly rollout?: Rollout }
  /** A target is in quarantine: nothing begins. */
  | { readonly outcome: 'quarantined'; readonly entries: readonly QuarantineEntry[] }
  /** The workload is held: nothing begins but a rollback. */
  | { readonly outcome: 'on-hold'; readonly hold: Hold }
  /** All rollouts are stopped, or those of its namespace: nothing begins but rollbacks. */
  | { readonly outcome: 'stopped'; readonly stop: Stop }
  /** A rollout began that the decision did not know: nothing begins, and the decision has to be made anew. */
  | { readonly outcome: 'overtaken' };
