import type { WorkloadId } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { Hold, QuarantineEntry, Reverted } from '../restrictions/types.ts';

/** The settings and images of a workload, which the API shows. */
export interface WorkloadRecord {
  readonly id: WorkloadId;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly policy: string;
  /** Its policy updates nothing. Absent: it is followed. */
  readonly notFollowed?: true;
  readonly trigger: 'poll' | 'webhook';
  /** For people: `every 1m`, `0 3 * * * (UTC)`. */
  readonly schedule: string;
  /** Milliseconds between two scheduled checks; absent for a cron expression and for webhooks only. */
  readonly intervalMs?: number;
  readonly owner: string;
  /** Objects of Flux that reconciled it before, as `owner` named them: entries of Keelson's may be left there. Absent: there is none. */
  readonly leftOwners?: readonly string[];
  readonly writePath: string;
  readonly containers: readonly ContainerRecord[];
  /** As they are stored; what is read has the warnings about the way back too. */
  readonly warnings: readonly { readonly code: string; readonly key?: string; readonly message: string }[];
}

export interface ContainerRecord {
  readonly name: string;
  /** The image reference in the pod template. */
  readonly image: string;
  readonly repository: string;
  readonly tag?: string;
}

/** The result of the last check of a workload. Times are milliseconds since the epoch. */
export interface CheckRecord {
  readonly at: number;
  readonly nextAt?: number;
  readonly code: string;
  readonly message: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly observed: readonly { readonly container: string; readonly digest: Digest }[];
  /**
   * The rollouts that the check knew of, by id: the newest one, the one under way, and the unproven one. A rollout that began or ended since overtakes what the
   * check found. Absent in checks of earlier builds.
   */
  readonly knew?: { readonly latest?: string; readonly active?: string; readonly unproven?: string };
  /** Why the workload was unhealthy at that time with the image that it had; absent when it was not. */
  readonly unhealthy?: string;
}

/** The digests of one container: the one that was written last, and the last good one (law 5). */
export interface DigestRecord {
  readonly image: string;
  readonly tag: string;
  readonly rolledOut: Digest;
  readonly lastGood?: Digest;
  /** Whether pods were seen to run `lastGood` (law 14). Absent: it was there before, and is good until proven otherwise. */
  readonly proven?: true;
  /** The last good digest before `lastGood`: the way back where that fails itself. */
  readonly goodBefore?: Digest;
  /** Whether no healthy pod was seen to run `rolledOut` when Keelson found it, so that it does not count as good (law 14). */
  readonly doubtful?: true;
  /**
   * Where Keelson wrote `rolledOut`: the uid of the object and the name of the write path. `removed`: Keelson has removed it itself since, as a user
   * switched it off or no longer followed the workload. Absent: found running.
   */
  readonly written?: { readonly uid: string; readonly path: string; readonly removed?: true };
}

/** A digest that Keelson found on a container, without a rollout that knows of it. */
export interface FoundDigest {
  readonly container: string;
  readonly image: string;
  readonly tag: string;
  readonly digest: Digest;
  /** False where no healthy pod was seen to run it: then it does not count as good. @default true */
  readonly good?: boolean;
  /** The last good digest where this one is not good. */
  readonly lastGood?: Digest;
  /** Where Keelson wrote it, if that is known. */
  readonly written?: DigestRecord['written'];
}

/** A part of what Redis has of a workload that cannot be read, and what follows from that. */
export interface UnreadablePart {
  readonly part: 'check' | 'hold' | 'quarantine' | 'reverted' | 'digests' | 'proofs';
  readonly message: string;
}

/** Whether the registry still has the last good digest of a container. Times are milliseconds since the epoch. */
export interface Proof {
  /** Repository with its host. */
  readonly image: string;
  readonly digest: Digest;
  /** When the newest request was sent. */
  readonly at: number;
  /** When the registry last answered that it has it. */
  readonly seenAt?: number;
  /** The first of the answers since then that say something else, and the newest one. `code`: `not-found`, or why nothing is known. */
  readonly failed?: { readonly since: number; readonly code: string; readonly message: string };
}

/** Everything that Redis knows about a workload. */
export interface WorkloadState {
  readonly record: WorkloadRecord;
  readonly check?: CheckRecord;
  /** By container. */
  readonly digests: Readonly<Record<string, DigestRecord>>;
  /** Id of the rollout that is under way. */
  readonly active?: string;
  /** Id of the rollout that was written and that no pod has proven yet. */
  readonly unproven?: string;
  /** Id of the newest rollout, under way or done. */
  readonly latest?: string;
  /** Newest first, at most 20. */
  readonly quarantine: readonly QuarantineEntry[];
  readonly hold?: Hold;
  readonly reverted?: Reverted;
  /** Id of a rollout: only later ones count as failures one after the other, since a push succeeded or a user resumed the workload. */
  readonly failuresAfter?: string;
  /** By container: of its last good digest, or of one before. */
  readonly proofs?: Readonly<Record<string, Proof>>;
  /** What cannot be read, and is absent above. */
  readonly unreadable?: readonly UnreadablePart[];
}

/** A workload with a container whose image has this host and tag. */
export interface Follower {
  readonly host: string;
  /** '' without a tag. */
  readonly tag: string;
  readonly workload: WorkloadId;
}
