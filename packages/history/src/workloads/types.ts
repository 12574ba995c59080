import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { Hold, QuarantineEntry, Reverted } from '../restrictions/types.ts';

/** What Keelson knows of a workload, as the API shows it. */
export interface WorkloadRecord {
  readonly id: WorkloadId;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly policy: string;
  readonly trigger: 'poll' | 'webhook';
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
  readonly message: string;
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
  readonly reverted?: Reverted;
}
