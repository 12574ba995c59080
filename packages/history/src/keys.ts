import type { WorkloadId } from '@keelson/core';

/** Every Redis key of the history. The hash tag keeps them in one slot, so that scripts work on Redis Cluster. */
export interface Keys {
  /** Hash: rollout id → encoded rollout. */
  readonly rollouts: string;
  /** Stream of empty entries whose ids are the ids of the rollouts as numbers: every rollout by start, at a few bytes each. */
  readonly index: string;
  /** Set: ids of the rollouts that are under way. */
  readonly active: string;
  /** Set: ids of the rollouts that are unproven. */
  readonly unproven: string;
  /** The newest rollout id, as a number. */
  readonly sequence: string;
  /** Sorted set of equal scores: ids of the workloads that have a record. */
  readonly workloads: string;
  /** Stream: the events. */
  readonly events: string;
  /** Followed by a repository's path: set of `HOST TAG WORKLOAD`. */
  readonly images: string;
  /** Hash: message, at. Exists while all new rollouts are stopped. */
  readonly stop: string;
  /** String: when Redis last took a write for `ping`. */
  readonly probe: string;
  /** Hash: namespace → time and message of the stop of its new rollouts. */
  readonly stops: string;
  /** Sorted sets by time: workloads whose update failed, each with the repository that did, and workloads whose update succeeded. */
  readonly failed: string;
  readonly succeeded: string;
  /** Hash: record, images, check, code, active, unproven, latest, gone, quarantine, hold, reverted, failuresAfter, proofs, and `d:CONTAINER`. Expires some time after the workload is removed. */
  workload(id: WorkloadId): string;
  /** Sorted set of equal scores: the ids of the workload's rollouts. */
  rolloutsOf(id: WorkloadId): string;
  /** Sorted set: the workloads of a namespace that have rollouts, with or without a record, by the id of their newest rollout as a number. */
  historiesIn(namespace: string): string;
  /** Sorted set: the workloads of a namespace that were removed and of which something is kept, by time. */
  removedIn(namespace: string): string;
}

export function keysUnder(prefix: string): Keys {
  const base = `{${prefix}}:h`;
  return {
    rollouts: `${base}:rollouts`,
    index: `${base}:index`,
    active: `${base}:active`,
    unproven: `${base}:unproven`,
    sequence: `${base}:sequence`,
    workloads: `${base}:workloads`,
    events: `${base}:events`,
    images: `${base}:image:`,
    stop: `${base}:stop`,
    probe: `${base}:probe`,
    stops: `${base}:stops`,
    failed: `${base}:failed`,
    succeeded: `${base}:succeeded`,
    workload: (id) => `${base}:workload:${id}`,
    rolloutsOf: (id) => `${base}:of:${id}`,
    historiesIn: (namespace) => `${base}:in:${namespace}`,
    removedIn: (namespace) => `${base}:removed:${namespace}`,
  };
}
