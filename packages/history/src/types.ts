import type { Digest } from '@keelson/image';

/** `namespace/kind/name` with the kind in lower case: `myapp/deployment/myapp`. */
export type WorkloadId = string;

export type RolloutState = 'pending' | 'verifying' | 'succeeded' | 'failed' | 'superseded' | 'cancelled';

/** `verdict`: a failed rollout was the reason for its rollback. `guard`: somebody took away what Keelson had written. */
export type Trigger = 'poll' | 'webhook' | 'manual' | 'start' | 'verdict' | 'guard';

export type RolloutKind = 'update' | 'rollback';

/** What was so when the soak began: see `Soak` of packages/rollout. Milliseconds since the epoch. */
export interface SoakMarks {
  readonly since: number;
  readonly lastReady: number;
  readonly newestPod: number;
}

/** A digest that is not offered to this workload again (law 7), until the tag moves or a person releases it. */
export interface QuarantineEntry {
  readonly container: string;
  /** Repository with its host. */
  readonly image: string;
  readonly tag?: string;
  readonly digest: Digest;
  /** The verdict's code, or `manual`. */
  readonly code: string;
  readonly sentence: string;
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
    | 'rollback-by-hand'
    | 'too-many-failures'
    | 'undone'
    | 'off';
  /** Why, and what to do. */
  readonly sentence: string;
  readonly at: number;
}

/** Nothing new is rolled out anywhere until a person resumes: so many workloads failed at once that it must be the cluster. */
export interface ClusterStop {
  readonly sentence: string;
  readonly at: number;
}

/** Who took away what Keelson wrote, and how often since the last rollout. */
export interface Undone {
  readonly manager: string;
  readonly times: number;
  readonly at: number;
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
  readonly reason: string;
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
  readonly soak?: SoakMarks;
}

export interface NewRollout {
  readonly workload: WorkloadId;
  readonly changes: readonly RolloutChange[];
  readonly trigger: Trigger;
  readonly code: string;
  readonly reason: string;
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
  | { readonly outcome: 'held'; readonly hold: Hold }
  /** Everything is stopped: nothing begins but rollbacks. */
  | { readonly outcome: 'stopped'; readonly stop: ClusterStop };

/** What Keelson knows of a workload, as the API shows it. */
export interface WorkloadRecord {
  readonly id: WorkloadId;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly policy: string;
  readonly trigger: 'poll' | 'hint';
  /** As people read it: `every 1m`, `0 3 * * * (UTC)`. */
  readonly schedule: string;
  readonly intervalMs?: number;
  readonly owner: string;
  readonly writePath: string;
  readonly containers: readonly ContainerRecord[];
  readonly warnings: readonly { readonly code: string; readonly key?: string; readonly message: string }[];
}

export interface ContainerRecord {
  readonly name: string;
  /** As in the pod template. */
  readonly image: string;
  readonly repository: string;
  readonly tag?: string;
}

/** What the last check of a workload came to. */
export interface CheckRecord {
  readonly at: number;
  readonly nextAt?: number;
  readonly code: string;
  readonly sentence: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly observed: readonly { readonly container: string; readonly digest: Digest }[];
  /** Why the workload was unhealthy by what it has had, in a sentence; absent while it was not. */
  readonly unhealthy?: string;
}

/** Digests by container: what was written last, and what was good before it (law 5). */
export interface DigestRecord {
  readonly image: string;
  readonly tag: string;
  readonly rolledOut: Digest;
  readonly lastGood?: Digest;
  /** Where `rolledOut` was written by Keelson: the object's uid and the path's name. Absent: found running. */
  readonly written?: { readonly uid: string; readonly path: string };
}

export interface WorkloadState {
  readonly record: WorkloadRecord;
  readonly check?: CheckRecord;
  readonly digests: Readonly<Record<string, DigestRecord>>;
  /** The rollout that is under way. */
  readonly active?: string;
  /** The newest rollout, under way or done. */
  readonly latest?: string;
  /** Newest first, at most 20. */
  readonly quarantine: readonly QuarantineEntry[];
  readonly hold?: Hold;
  readonly undone?: Undone;
}

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
      readonly soak?: SoakMarks;
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
  restore(
    id: WorkloadId,
    known: {
      readonly quarantine: readonly QuarantineEntry[];
      readonly hold?: Hold;
      readonly digests: Readonly<Record<string, DigestRecord>>;
    },
  ): Promise<boolean>;
  /** Takes digests out of quarantine, one or all; answers what was taken out. */
  release(id: WorkloadId, digest?: Digest): Promise<readonly QuarantineEntry[]>;
  /** Puts a hold on a workload, in place of the one that there is; an update that was not written yet is cancelled. */
  hold(id: WorkloadId, hold: Hold): Promise<void>;
  /** Ends the hold, and forgets who undid what; answers the hold that there was. */
  resume(id: WorkloadId): Promise<Hold | undefined>;
  /** Somebody took away what Keelson wrote. Answers how often by the same manager since the last rollout. */
  noteUndone(id: WorkloadId, manager: string): Promise<number>;
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
