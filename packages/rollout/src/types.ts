import type { WorkloadKind } from '@keelson/core';

/** How one run of a container ended. `finishedAt`: milliseconds since the epoch, by the node's clock, in whole seconds. */
export interface Termination {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode: number;
  readonly finishedAt?: number;
}

/** One container of a pod, as far as a verdict reads it. */
export interface ContainerView {
  readonly name: string;
  readonly init: boolean;
  /** An init container that restarts always and runs beside the others (KEP-753). */
  readonly sidecar?: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: boolean;
  readonly terminated?: Termination;
  readonly lastTerminated?: Termination;
  /** The rollout does not change it, and its image is another one than in all older pods: its own tag moved. */
  readonly moved?: true;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Times are milliseconds since the epoch by the cluster's clock, in whole seconds. */
export interface PodView {
  readonly name: string;
  readonly phase?: string;
  /** `Evicted`, `NodeLost` … */
  readonly reason?: string;
  /** Why it was evicted. */
  readonly message?: string;
  readonly deleting?: boolean;
  readonly ready?: boolean;
  /** Since when it is ready, or not. */
  readonly readyChangedAt?: number;
  readonly createdAt?: number;
  readonly conditions?: readonly Condition[];
  readonly containers: readonly ContainerView[];
}

/** A Job that a CronJob created with the new image, and its pods. */
export interface JobView {
  readonly name: string;
  readonly conditions: readonly Condition[];
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** It is gone, with the pods that it had. */
  readonly removed?: true;
  readonly pods: readonly PodView[];
}

/** A workload in the middle of a rollout: its controller's status, and the pods of the new revision only (law 6). */
export interface RolloutView {
  readonly kind: WorkloadKind;
  readonly paused: boolean;
  readonly strategy?: 'RollingUpdate' | 'Recreate' | 'OnDelete';
  /** Of a StatefulSet: pods below this ordinal keep the old revision. */
  readonly partition?: number;
  /** For how long a ready pod has to remain so before it counts as available. */
  readonly minReadyMs?: number;
  readonly desired: number;
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly updated: number;
    readonly available: number;
    readonly conditions: readonly Condition[];
  };
  readonly pods: readonly PodView[];
  /** Which pods are of the newest revision is not seen yet: the workload was changed since, scaled for example, or a watch is behind another. */
  readonly isBehind?: true;
  /** Of a CronJob: the Jobs that carry the new image, oldest first. */
  readonly jobs?: readonly JobView[];
  /** Conditions of the new ReplicaSet, such as `ReplicaFailure`, which no pod shows. */
  readonly revisionConditions?: readonly Condition[];
}

/** The state when the soak began, which later states are compared with. Stored with the rollout. */
export interface Soak {
  /** When the rollout was seen to be complete, by our clock. */
  readonly since: number;
  /** The last time at which a pod of the revision became ready, by the cluster's clock: restarts that ended after it count. */
  readonly lastReady: number;
  /** The newest creation of a pod of the revision, by the cluster's clock: younger ones (HPA, a drained node) may still start. */
  readonly newestPod: number;
}

export interface VerdictInput {
  readonly view: RolloutView;
  /** The containers whose images the rollout changes. @default all of them */
  readonly changed?: readonly string[];
  /** The workload's generation that carries the change: an older status says nothing about it. */
  readonly generation: number;
  /** When the change was written, and now: milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly now: number;
  readonly deadlineMs: number;
  readonly soakMs: number;
  /** Set once a `soaking` verdict was recorded. */
  readonly soak?: Soak;
  /** When the last `blocked` verdict was recorded: the deadline starts again from there. */
  readonly blockedAt?: number;
  /** Why the workload was unhealthy before anything was written, in one sentence; then the new image is not blamed. */
  readonly unhealthyBefore?: string;
}

/** The pod that a verdict is based on, and its state. `container` is '' where the pod as a whole is meant (unschedulable, evicted). */
export interface PodEvidence {
  readonly pod: string;
  readonly container: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly restarts: number;
}

interface VerdictText {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
}

export type Verdict =
  | (VerdictText & { readonly type: 'waiting' })
  /** The cluster or the registry is at fault: there is no verdict until that ends. */
  | (VerdictText & { readonly type: 'blocked'; readonly evidence?: PodEvidence })
  /** Complete; now it has to remain so. `soak` is to be recorded, and is the given one where there was one. */
  | (VerdictText & { readonly type: 'soaking'; readonly soak: Soak })
  /** Nothing can run the new revision now: no replicas, no run of the CronJob yet, or pods that are replaced only when they are deleted. */
  | (VerdictText & { readonly type: 'unproven' })
  /** Its pods were seen to work. */
  | (VerdictText & { readonly type: 'succeeded' })
  /** `blamed`: the image is at fault, so it is rolled back and quarantined. */
  | (VerdictText & { readonly type: 'failed'; readonly blamed: boolean; readonly evidence?: PodEvidence });
