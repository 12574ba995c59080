import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { ClusterStop, Hold, QuarantineEntry } from '../restrictions/types.ts';

export type RolloutState = 'pending' | 'verifying' | 'succeeded' | 'failed' | 'superseded' | 'cancelled';

/** `verdict`: a failed rollout was the reason for its rollback. `guard`: somebody took away what Keelson had written. */
export type Trigger = 'poll' | 'webhook' | 'manual' | 'start' | 'verdict' | 'guard';

export type RolloutKind = 'update' | 'rollback';

/** What was so when the soak began: see `Soak` of packages/rollout. Milliseconds since the epoch. */
export interface SoakBaseline {
  readonly since: number;
  readonly lastReady: number;
  readonly newestPod: number;
}

/** One end of a rollout for one container. Every field but the digest is known only when the image says so. */
export interface ImageVersion {
  readonly tag?: string;
  readonly digest?: Digest;
  /** `org.opencontainers.image.revision`. */
  readonly commit?: string;
  /** When the image was built: RFC 3339. */
  readonly built?: string;
  readonly version?: string;
  readonly source?: string;
}

export interface RolloutChange {
  readonly container: string;
  /** Repository with its host, without tag: `registry.gitlab.com/cmunroe/ops/myapp`. */
  readonly image: string;
  readonly from: ImageVersion;
  readonly to: ImageVersion & { readonly digest: Digest };
}

/** One step in a rollout's life. The first is always `pending`. */
export interface Transition {
  readonly state: RolloutState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly message?: string;
}

/** What the verdict was read from. */
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

export interface Rollout {
  /** Opaque, sortable by start. */
  readonly id: string;
  readonly workload: WorkloadId;
  readonly changes: readonly RolloutChange[];
  readonly trigger: Trigger;
  /** Decision code and sentence: why it was started. */
  readonly code: string;
  readonly message: string;
  readonly state: RolloutState;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly transitions: readonly Transition[];
  readonly evidence?: Evidence;
  /** The workload's generation that carries the change; 0 until written. */
  readonly generation: number;
  readonly kind: RolloutKind;
  /** The rollout that failed, of a rollback that followed from it. */
  readonly rollbackOf?: string;
  /** Why the workload was unhealthy before anything was written: then the image is not blamed. */
  readonly unhealthyBefore?: string;
  /** What was written, and into what: the object's uid, its pod template's hash, the path's name. Absent until written. */
  readonly written?: { readonly uid: string; readonly template: string; readonly path: string };
  /** Set while and after it was soaked. */
  readonly soak?: SoakBaseline;
}

export interface NewRollout {
  readonly workload: WorkloadId;
  readonly changes: readonly RolloutChange[];
  readonly trigger: Trigger;
  readonly code: string;
  readonly message: string;
  /** A rollback is begun in spite of holds and of the cluster's stop. @default update */
  readonly kind?: RolloutKind;
  readonly rollbackOf?: string;
  /** Of the moment before it begins; superseding one that was written keeps that one's. */
  readonly unhealthyBefore?: string;
  /** Begin even if the targets were written last: a person asks for it, or the cluster no longer carries them. @default false */
  readonly again?: boolean;
  /** Written down together with it: what a person wants left alone, or a hold. */
  readonly quarantine?: readonly QuarantineEntry[];
  /** In place of the one that there is. */
  readonly hold?: Hold;
}

/** What follows from a failed rollout, written together with its end: never one without the others (laws 7 and 8). */
export interface Consequences {
  readonly quarantine?: readonly QuarantineEntry[];
  /** Only where there is none yet. */
  readonly hold?: Hold;
  /** Begun in the same step, unless the workload was removed or its target is in quarantine (then the workload is held). Its id is in `active` of the workload afterwards. */
  readonly rollback?: Omit<NewRollout, 'workload' | 'kind' | 'rollbackOf' | 'quarantine' | 'hold' | 'again'>;
}

export type BeginResult =
  | { readonly outcome: 'created'; readonly rollout: Rollout; readonly superseded?: string }
  /** The same digests are already on their way: the same rollout, whoever asked. */
  | { readonly outcome: 'exists'; readonly rollout: Rollout }
  /** Every target is what was written last: nothing begins. With the workload's newest rollout, if it has one. */
  | { readonly outcome: 'done'; readonly rollout?: Rollout }
  /** A target is in quarantine: nothing begins. */
  | { readonly outcome: 'quarantined'; readonly entries: readonly QuarantineEntry[] }
  /** The workload is held: nothing begins but a rollback. */
  | { readonly outcome: 'on-hold'; readonly hold: Hold }
  /** Everything is stopped: nothing begins but rollbacks. */
  | { readonly outcome: 'stopped'; readonly stop: ClusterStop };
