import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { ClusterStop, Hold, QuarantineEntry } from './restrictions/types.ts';
import type {
  BeginResult,
  Consequences,
  Evidence,
  NewRollout,
  Rollout,
  RolloutState,
  SoakBaseline,
} from './rollouts/types.ts';
import type { CheckRecord, WorkloadRecord, WorkloadState } from './workloads/types.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back to get the next page; absent on the last one. */
  readonly next?: string;
}

/** Everything that is given has to hold. */
export interface RolloutQuery {
  readonly workload?: WorkloadId | undefined;
  readonly namespace?: string | undefined;
  readonly state?: RolloutState | undefined;
  /** Milliseconds since the epoch, both inclusive, of createdAt. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly cursor?: string | undefined;
  /** @default 50, at most 500 */
  readonly limit?: number | undefined;
}

export interface WorkloadQuery {
  readonly namespace?: string | undefined;
  /** The last page's `next`. */
  readonly cursor?: string | undefined;
  /** @default 500, at most 5,000 */
  readonly limit?: number | undefined;
}

export interface HistoryEvent {
  /** Redis stream id: what `Last-Event-ID` carries. */
  readonly id: string;
  readonly at: number;
  readonly type: 'rollout' | 'workload' | 'check' | 'quarantine' | 'hold' | 'cluster';
  /** '' for type `cluster`. */
  readonly workload: WorkloadId;
  readonly rollout?: string;
  /**
   * rollout: the new state. workload: `added`, `changed`, `removed`. check: the decision's code, when it changed. quarantine: `added`,
   * `released`. hold: the hold's code, or `resumed`. cluster: `stopped`, `resumed`.
   */
  readonly name: string;
  readonly message?: string;
}

/** The memory. Every write is atomic; every transition is a compare-and-set. Throws only HistoryError. */
export interface History {
  /**
   * Atomic: at most one active rollout a workload; the same targets give the same rollout, and nothing when they were written already, so that
   * whoever decided from an older state begins no second one (law 4); other targets supersede a pending or verifying one.
   * Writes `lastGood` from `from` before anything is patched (law 5); what is in quarantine never counts as good. Asked in this order: is it
   * under way, was it written, is a target in quarantine, is the workload held, is everything stopped.
   */
  begin(rollout: NewRollout): Promise<BeginResult>;
  /**
   * Compare-and-set. Returns undefined when the rollout is no longer in one of `from` (somebody else was faster: not an error).
   * To `verifying`: also moves `rolledOut` of each container (law 5). To `succeeded`: also `lastGood`. To an end state: clears `active`.
   */
  transition(
    id: string,
    step: {
      readonly from: readonly RolloutState[];
      readonly to: RolloutState;
      readonly code: string;
      readonly message?: string;
      readonly generation?: number;
      readonly evidence?: Evidence;
      readonly written?: Rollout['written'];
      readonly soak?: SoakBaseline;
      /** To `succeeded`: whether pods ran it; else `lastGood` stays. @default true */
      readonly proven?: boolean;
      /** To `failed`: what is done about it, in the same step. Of an update with a quarantine it also counts for the cluster's stop. */
      readonly consequences?: Consequences;
    },
  ): Promise<Rollout | undefined>;
  rollout(id: string): Promise<Rollout | undefined>;
  /** Newest first; a page never skips or repeats a rollout while new ones arrive. */
  rollouts(query: RolloutQuery): Promise<Page<Rollout>>;
  /** Every rollout that is not at an end. */
  active(): Promise<readonly Rollout[]>;

  putWorkload(record: WorkloadRecord): Promise<void>;
  /** Its digests, quarantine and hold wait seven days for it to be made again. */
  removeWorkload(id: WorkloadId): Promise<void>;
  putCheck(id: WorkloadId, check: CheckRecord): Promise<void>;
  /** Write down digests without a rollout: a baseline, or what was found running. */
  adopt(
    id: WorkloadId,
    digests: readonly {
      readonly container: string;
      readonly image: string;
      readonly tag: string;
      readonly digest: Digest;
    }[],
  ): Promise<void>;
  /** What the workload's own annotations still tell, for one that Redis does not know (law 13): does nothing where there is anything. */
  restore(id: WorkloadId, known: Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>): Promise<boolean>;
  /** Takes digests out of quarantine, one or all; answers what was taken out. */
  release(id: WorkloadId, digest?: Digest): Promise<readonly QuarantineEntry[]>;
  /** Puts a hold on a workload, in place of the one that there is; an update that was not written yet is cancelled. */
  hold(id: WorkloadId, hold: Hold): Promise<void>;
  /** Ends the hold, and forgets who undid what; answers the hold that there was. */
  resume(id: WorkloadId): Promise<Hold | undefined>;
  /** Somebody took away what Keelson wrote. Answers how often by the same manager since the last rollout. */
  noteReverted(id: WorkloadId, manager: string): Promise<number>;
  clusterStop(): Promise<ClusterStop | undefined>;
  /** Ends the stop, and forgets the failures that led to it. */
  resumeCluster(): Promise<ClusterStop | undefined>;
  workload(id: WorkloadId): Promise<WorkloadState | undefined>;
  /** Every workload, by id. */
  workloads(): Promise<readonly WorkloadState[]>;
  /** Some workloads, by id; a page never skips or repeats one while others come and go. */
  workloadPage(query: WorkloadQuery): Promise<Page<WorkloadState>>;
  workloadIds(): Promise<readonly WorkloadId[]>;
  /** Workloads that follow this repository (`host/path`), at this tag if given. */
  workloadsByImage(repository: string, tag?: string): Promise<readonly WorkloadId[]>;
  /** Workloads that follow a repository of this path (without the host), whatever its host, at this tag if given. */
  workloadsByPath(path: string, tag?: string): Promise<readonly WorkloadId[]>;

  events(
    after: string,
    options?: { readonly blockMs?: number; readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<readonly HistoryEvent[]>;
  lastEventId(): Promise<string>;

  /** Removes rollouts past the retention (count a workload, age). Returns how many. */
  trim(now: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
