/** One container of a pod, as far as a verdict reads it. */
export interface ContainerView {
  readonly name: string;
  readonly init: boolean;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode: number };
  readonly lastTerminated?: { readonly reason?: string; readonly message?: string; readonly exitCode: number };
}

export interface PodView {
  readonly name: string;
  readonly containers: readonly ContainerView[];
}

/** A workload in the middle of a rollout: its controller's count, and the pods of the new revision only (law 6). */
export interface RolloutView {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob';
  readonly paused: boolean;
  readonly desired: number;
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly updated: number;
    readonly available: number;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
  readonly pods: readonly PodView[];
}

export interface VerdictInput {
  readonly view: RolloutView;
  /** The workload's generation that carries the change: an older status says nothing about it. */
  readonly generation: number;
  /** When the change was written, and now: milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly now: number;
  readonly deadlineMs: number;
}

/** Which pod told, and what. */
export interface PodEvidence {
  readonly pod: string;
  readonly container: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly restarts: number;
}

export type Verdict =
  | { readonly type: 'waiting'; readonly code: string; readonly sentence: string }
  | { readonly type: 'succeeded'; readonly code: string; readonly sentence: string }
  | { readonly type: 'failed'; readonly code: string; readonly sentence: string; readonly evidence?: PodEvidence };
