import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { Hold, QuarantineEntry, Reverted, Stop } from './restrictions/types.ts';
import type {
  BeginResult,
  Consequences,
  Evidence,
  NewRollout,
  Rollout,
  RolloutState,
  SoakBaseline,
} from './rollouts/types.ts';
import type { CheckRecord, Follower, FoundDigest, Proof, WorkloadRecord, WorkloadState } from './workloads/types.ts';

/** A rollout or a workload whose record in Redis cannot be read. */
export interface Unreadable {
  readonly id: string;
  readonly message: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** What belongs on this page and cannot be read; absent when all can. */
  readonly unreadable?: readonly Unreadable[];
  /** The `cursor` of the next page; absent on the last one. */
  readonly next?: string;
}

/** Which rollouts to list: those that match every given field. */
export interface RolloutQuery {
  readonly workload?: WorkloadId | undefined;
  /** Only of these namespaces: nothing else is read. */
  readonly namespaces?: readonly string[] | undefined;
  readonly state?: RolloutState | undefined;
  /** The first and the last `createdAt`, both inclusive, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** `next` of the page before. @throws HistoryError `invalid` for another text. */
  readonly cursor?: string | undefined;
  /** The most rollouts on the page, 1 to 500. @default 50 */
  readonly limit?: number | undefined;
}

export interface WorkloadQuery {
  /** Only of these namespaces: nothing else is read. */
  readonly namespaces?: readonly string[] | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** The most workloads on the page, 1 to 5,000. @default 500 */
  readonly limit?: number | undefined;
}

/** One change in the history. */
export interface HistoryEvent {
  /** Id in the Redis stream, as `Last-Event-ID` has it: `1795381690816-0`. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: 'rollout' | 'workload' | 'check' | 'quarantine' | 'hold' | 'cluster' | 'namespace';
  /** '' for the types `cluster` and `namespace`. */
  readonly workload: WorkloadId;
  /** Of type `namespace`. */
  readonly namespace?: string;
  /** Id of the rollout. */
  readonly rollout?: string;
  /**
   * rollout: the new state. workload: `added`, `changed`, `removed`. check: the code of the decision, when it changed. quarantine: `added`,
   * `released`. hold: the code of the hold, or `resumed`. cluster, namespace: `stopped`,
   * `resumed`.
   */
  readonly name: string;
  readonly message?: string;
}

/**
 * What Redis remembers: rollouts, workloads, events. Every write is atomic, every transition is a compare-and-set.
 *
 * @throws HistoryError from every method, and nothing else: `unavailable`, `readonly`, `denied` and `full` are the state of Redis, `corrupt` is
 * stored data that does not parse, `invalid` an argument.
 */
export interface History {
  /**
   * Begins a rollout. A workload has at most one active rollout. The same targets return the active one, or begin nothing when they were written
   * last, so that a decision from an older state begins no second rollout (law 4); other targets supersede the active or unproven one.
   * Stores `lastGood` from `from` before anything is patched (law 5); a digest in quarantine never counts as good. Checked in this order: under
   * way, written, target in quarantine, workload on hold, rollouts stopped, overtaken. An update ends a hold `reverted`: it is newer than what was
   * fought over.
   */
  begin(rollout: NewRollout): Promise<BeginResult>;
  /**
   * Moves a rollout to its next state, as a compare-and-set. Returns undefined when the rollout is not in one of `from` (another caller was
   * faster: not an error). `verifying` also sets `rolledOut` of each container (law 5), `succeeded` also `lastGood`. An end state clears `active`;
   * so does `unproven`, from which a rollout returns to `verifying` only while nothing else of the workload is under way (law 14).
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
      readonly beside?: Rollout['beside'];
      readonly soak?: SoakBaseline;
      /** With `failed`: its consequences, in the same step. An update with a quarantine also counts towards a stop. */
      readonly consequences?: Consequences;
    },
  ): Promise<Rollout | undefined>;
  /** One rollout; undefined when it does not exist or is past the retention. */
  rollout(id: string): Promise<Rollout | undefined>;
  /** Newest first; a page never skips or repeats a rollout while new ones arrive. */
  rollouts(query: RolloutQuery): Promise<Page<Rollout>>;
  /** Those of these rollouts that exist and can be read, by id. */
  rolloutsById(ids: readonly string[]): Promise<ReadonlyMap<string, Rollout>>;
  /** Every rollout that is under way, newest first. */
  active(): Promise<readonly Rollout[]>;
  /** Every rollout that is unproven, newest first. */
  unproven(): Promise<readonly Rollout[]>;

  /** Stores the record of a workload; emits an event when it changed. */
  putWorkload(record: WorkloadRecord): Promise<void>;
  /** Removes a workload. Its digests, quarantine and hold are kept for seven days in case it is created again; of many in a namespace, the newest. */
  removeWorkload(id: WorkloadId): Promise<void>;
  /** Stores the result of a check; does nothing when the workload has no record. Emits an event when the code changed. */
  putCheck(id: WorkloadId, check: CheckRecord): Promise<void>;
  /** Stores whether the registry has the last good digests, in place of the proofs before. Emits an event when a warning about it comes or goes. */
  putProofs(id: WorkloadId, proofs: Readonly<Record<string, Proof>>): Promise<void>;
  /**
   * Stores digests as rolled out, and as good unless they say otherwise, without a rollout. Does nothing while a rollout is under way, nor where one
   * began that whoever found them did not know.
   */
  adopt(id: WorkloadId, digests: readonly FoundDigest[], knew?: Pick<WorkloadState, 'latest'>): Promise<void>;
  /**
   * Stores what the annotations of a workload say, after Redis lost its data (law 13). Where Redis has digests, a quarantine or a hold of it, that is
   * only what failed after everything that Redis knows. Returns whether it stored anything.
   */
  restore(id: WorkloadId, known: Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>): Promise<boolean>;
  /** Releases digests from quarantine, one or all; returns the released entries. */
  release(id: WorkloadId, digest?: Digest): Promise<readonly QuarantineEntry[]>;
  /** Puts a workload on hold, in place of an existing hold; an update that is not written yet is cancelled. */
  hold(id: WorkloadId, hold: Hold): Promise<void>;
  /** Ends the hold, clears `reverted`, and counts failures anew; returns the hold that ended. */
  resume(id: WorkloadId): Promise<Hold | undefined>;
  /**
   * Records that a field manager reverted what Keelson wrote, and that it is to be restored after `pauseMs` of how often that happened within the
   * last hour, whoever did it. Any rollout but one that restores it ends the count.
   */
  noteReverted(id: WorkloadId, manager: string, pauseMs: (times: number) => number): Promise<Reverted>;
  /** Records that Keelson itself removes what it wrote into a workload, so that nobody else is said to have done it. Does nothing during a rollout. */
  noteRemoved(id: WorkloadId): Promise<void>;
  /** The stop of all new rollouts, where there is one, then those of namespaces by their names. */
  stops(): Promise<readonly Stop[]>;
  /** The stop that holds up new rollouts of a workload, if there is one. */
  stopFor(id: WorkloadId): Promise<Stop | undefined>;
  /** Ends the stop of a namespace, or every stop, and clears the failures that led to it; returns what ended. */
  resumeStop(namespace?: string): Promise<readonly Stop[]>;
  /** One workload; undefined without a record. */
  workload(id: WorkloadId): Promise<WorkloadState | undefined>;
  /** Every workload, by id. */
  workloads(): Promise<readonly WorkloadState[]>;
  /** Some workloads, by id; a page never skips or repeats one while others come and go. */
  workloadPage(query: WorkloadQuery): Promise<Page<WorkloadState>>;
  /** How many workloads have a record. */
  workloadCount(): Promise<number>;
  /** The ids of every workload, sorted. */
  workloadIds(): Promise<readonly WorkloadId[]>;
  /** Who follows each of these repositories (their paths without the host), in this order, whatever the host and the tag. */
  followersOf(paths: readonly string[]): Promise<readonly (readonly Follower[])[]>;

  /**
   * The events after this one, oldest first. `limit`: 1 to 1,000, 100 by default. Without any, waits up to `blockMs` milliseconds (0 by default)
   * for the first; an abort of `signal` ends the wait with an empty list.
   */
  events(
    after: string,
    options?: { readonly blockMs?: number; readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<readonly HistoryEvent[]>;
  /** The id of the newest event; `0-0` when there is none. */
  lastEventId(): Promise<string>;

  /** Removes rollouts past the retention, by count and by age. `now`: milliseconds since the epoch. Returns how many. */
  trim(now: number): Promise<number>;
  /** Resolves when Redis takes a write within a second. */
  ping(): Promise<void>;
  /** Closes the connections, and ends every wait for events. */
  close(): Promise<void>;
}
