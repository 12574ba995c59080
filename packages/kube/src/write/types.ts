import type { WorkloadKey, WritePathName } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { ProofOptions } from '../owner/owner-proofs.ts';
import type { FluxOwner, Pod, Workload } from '../types.ts';

/** A digest to write for one container. `expected`: the image that was read when the decision was made. */
export interface ImageChange {
  readonly container: string;
  readonly expected: string;
  readonly digest: Digest;
}

/** The object as a write left it. */
export type WriteResult = Pick<Workload, 'generation' | 'templateHash' | 'foreignHash' | 'containers'>;

export interface WriteOptions {
  /** Text of `keelson.sh/state` to write in the same request. @default the annotation stays as it is */
  readonly state?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of a write in objects other than the workload. `pending`: not known yet; `code` and `message` say what it waits for, once that is worth
 * saying. `again`: the image was reverted, which proves nothing against the path; it has to be written once more. `reverted`: the entry does nothing,
 * or breaks the object of the owner, and was removed again; `message` says why and what to do.
 */
export type WriteConfirmation =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'pending'; readonly code?: string; readonly message?: string }
  | { readonly outcome: 'again' | 'reverted'; readonly message: string };

/** How to write images into a workload so that its owner does not revert them (law 9). */
export interface WritePath {
  readonly name: WritePathName;
  /**
   * What a user should know before relying on this path for this workload.
   *
   * @param followed names of the containers whose images are followed; all but init containers by default
   */
  warnings(
    workload: Workload,
    followed?: readonly string[],
  ): readonly { readonly code: string; readonly message: string }[];
  /**
   * Idempotent: what the object carries already, under our name, is not written again.
   *
   * @throws ConflictError when an image is not the expected one, or the object changed since it was read: nothing was written
   * @throws KubeError when the API server refuses the write or cannot be reached
   */
  write(workload: Workload, changes: readonly ImageChange[], options?: WriteOptions): Promise<WriteResult>;
  /** Only for paths that write into other objects too: whether their owner kept the write. To be called some seconds after it. */
  confirm?(workload: Workload, signal?: AbortSignal): Promise<WriteConfirmation>;
}

/**
 * Why no new digest can reach the pods of a container: git names its image with a digest, which the owner restores; or no node pulls its image.
 */
export type FixedCode = 'pinned-by-digest' | 'image-never-pulled';

/** `forward`: to the digest that the tag means now. `back`: to another digest, which has to last although the owner reconciles the object. */
export type Direction = 'forward' | 'back';

/** The admission policy `keelson-pin`, which gives new pods the digest of their pin annotation. */
export interface PinPolicy {
  /** Whether policy and binding are there. */
  readonly installed: boolean;
  /** Whether it replaces a digest that git names; the first version of it pins only images without one. */
  readonly replacesDigests: boolean;
  /** Whether new pods of a namespace get their digest, as far as is known now. */
  worksIn(namespace: string): boolean;
  /** Reads whether policy and binding exist, in two GETs. @throws KubeError, but not when they are absent or reading them is forbidden */
  refresh(signal?: AbortSignal): Promise<void>;
  /** The self-test: whether new pods of an annotated template carry the digest. It counts for their namespace, whose users may change its pods. */
  seen(namespace: string, carried: boolean): void;
}

export interface PathOptions {
  /** The path by which it was written, to confirm or to remove that. @default the first one that lasts */
  readonly written?: WritePathName;
  /** Paths that were reverted for this workload. */
  readonly rejected?: readonly WritePathName[];
  /** For how long Flux is made to skip the object, in milliseconds: the last resort. @default it ends at once */
  readonly holdMs?: number | undefined;
  /** See ProofOptions: true before a write. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Everything that Keelson writes into a cluster. */
export interface Writes {
  readonly pinPolicy: PinPolicy;
  /** The workload with its proven owner. Rejects only when `signal` aborts: an owner that cannot be read is unknown. */
  withOwner(workload: Workload, options?: ProofOptions): Promise<Workload>;
  /** Why no write path moves a container of a workload whose owner is proven; undefined where one does. */
  whyFixed(workload: Workload, container: string): FixedCode | undefined;
  /** The path for the proven owner. */
  pathFor(workload: Workload, direction: Direction, options?: PathOptions): Promise<WritePath>;
  /** Writes the annotation `keelson.sh/state` alone; undefined removes it. */
  writeState(workload: Workload, state: string | undefined, signal?: AbortSignal): Promise<void>;
  /**
   * Removes every field that Keelson wrote: state and pins, in annotations and images, entries in the Kustomization, a hold on Flux. Where a pin
   * goes, pods restart.
   */
  removeAll(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Removes Keelson's entries for this workload from the Kustomization that owns it, for when git names another image. Writes nothing else. */
  unpin(workload: Workload, signal?: AbortSignal): Promise<void>;
  /**
   * Removes Keelson's entries for a workload that is gone from an object of Flux. Nothing to do where that is gone too.
   *
   * @throws ConflictError with `left`: while that object may still apply the workload, which another owner reconciles, or nobody
   */
  removeEntries(
    workload: WorkloadKey,
    owner: FluxOwner,
    options?: { readonly left?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** When the hold on Flux ends (`keelson.sh/flux-hold-until`), in milliseconds since the epoch; undefined: there is no hold. */
  holdUntil(workload: Workload): number | undefined;
  endHold(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Deletes exactly this pod, by uid. No error when it is gone already. */
  deletePod(pod: Pick<Pod, 'namespace' | 'name' | 'uid'>, signal?: AbortSignal): Promise<void>;
}
