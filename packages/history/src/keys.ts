import type { WorkloadId } from '@keelson/core';

/** Every key that history uses. The hash tag keeps them in one slot, so that scripts work on Redis Cluster. */
export interface Keys {
  /** Hash: rollout id → encoded rollout. */
  readonly rollouts: string;
  /** Stream without content whose entry ids are the rollouts' ids: every rollout by start, at a few bytes each. */
  readonly index: string;
  /** Set: ids of the rollouts that are not at an end. */
  readonly active: string;
  /** The last id that was given, as a number. */
  readonly sequence: string;
  /** Sorted set of equal scores: ids of the workloads that have a record. */
  readonly workloads: string;
  readonly events: string;
  /** Followed by a repository's path: set of `HOST TAG WORKLOAD`. */
  readonly images: string;
  /** Hash: sentence, at. There while everything is stopped. */
  readonly stop: string;
  /** Sorted sets: workloads whose update ended so, by when. */
  readonly failed: string;
  readonly succeeded: string;
  /** Hash: record, images, check, code, active, latest, gone, quarantine, hold, undone, and `d:CONTAINER`. Expires some time after a removal. */
  workload(id: WorkloadId): string;
  /** Sorted set of equal scores: this workload's rollout ids. */
  rolloutsOf(id: WorkloadId): string;
  /** Sorted set: the workloads of a namespace that have rollouts, with or without a record, by their newest one's id as a number. */
  historiesIn(namespace: string): string;
}

export function keysUnder(prefix: string): Keys {
  const base = `{${prefix}}:h`;
  return {
    rollouts: `${base}:rollouts`,
    index: `${base}:index`,
    active: `${base}:active`,
    sequence: `${base}:sequence`,
    workloads: `${base}:workloads`,
    events: `${base}:events`,
    images: `${base}:image:`,
    stop: `${base}:stop`,
    failed: `${base}:failed`,
    succeeded: `${base}:succeeded`,
    workload: (id) => `${base}:workload:${id}`,
    rolloutsOf: (id) => `${base}:of:${id}`,
    historiesIn: (namespace) => `${base}:in:${namespace}`,
  };
}
