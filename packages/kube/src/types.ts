import type { WorkloadKey, WritePathName } from '@keelson/core';
import type { Digest } from '@keelson/image';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly init: boolean;
  /** Index in `containers` or `initContainers`, by which a JSON patch names it. */
  readonly index: number;
  /** An init container with restartPolicy Always, which runs beside the containers (KEP-753). */
  readonly sidecar?: true;
}

/** A field manager that owns a field, from `metadata.managedFields`. */
export interface FieldWriter {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
}

/** Who reconciles an object's spec, from the live object: the labels of Flux or the tracking annotation of Argo CD, else nobody. */
export type Owner =
  | { readonly type: 'none' }
  | { readonly type: 'flux-kustomization'; readonly namespace: string; readonly name: string }
  | { readonly type: 'flux-helmrelease'; readonly namespace: string; readonly name: string }
  | { readonly type: 'argocd'; readonly application: string };

/** A workload, trimmed to what Keelson reads. The same shape for all four kinds. */
export interface Workload extends WorkloadKey {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccountName: string;
  /** `spec.selector.matchLabels`; absent for a CronJob. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly owner: Owner;
  readonly paused: boolean;
  /** Desired pods; a DaemonSet's is `status.desiredNumberScheduled`. */
  readonly replicas: number;
  readonly progressDeadlineSeconds?: number;
  /** `RollingUpdate`, `Recreate`, `OnDelete`; absent for a CronJob. */
  readonly strategy?: 'RollingUpdate' | 'Recreate' | 'OnDelete';
  /** StatefulSets only: pods below this ordinal keep the old revision. */
  readonly partition?: number;
  /** 16 hex digits: a hash of the whole pod template as the API server stores it. Any change to the template changes it. */
  readonly templateHash: string;
  /**
   * The field managers of the fields that Keelson writes: by `digest.keelson.sh/<container>` (template annotations), `image:<container>`
   * (containers and init containers) and `keelson.sh/state`. Only fields that exist; newest first.
   */
  readonly writers: Readonly<Record<string, readonly FieldWriter[]>>;
  readonly status: WorkloadStatus;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface WorkloadStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly updated: number;
  readonly available: number;
  /** StatefulSets only: the controller-revision-hash of the newest revision. */
  readonly updateRevision?: string;
  readonly conditions: readonly Condition[];
}

export interface ReplicaSet {
  readonly namespace: string;
  readonly uid: string;
  readonly ownerUid?: string;
  /** `deployment.kubernetes.io/revision`. */
  readonly revision: number;
  /** Includes `ReplicaFailure`, when quota or admission refuses pods. */
  readonly conditions: readonly Condition[];
}

/** A Job of a CronJob. */
export interface Job {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ownerUid?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly succeeded: number;
  readonly failed: number;
  readonly conditions: readonly Condition[];
}

/** `finishedAt`: RFC 3339, by the node's clock. */
export interface Terminated {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode: number;
  readonly finishedAt?: string;
}

export interface ContainerState {
  readonly name: string;
  readonly init: boolean;
  readonly sidecar?: true;
  /** As in the pod's spec: what admission made of the template's image. */
  readonly specImage: string;
  /** As the container runtime reports it: `repo@sha256:…`, `docker-pullable://…`, a bare `sha256:…`, or ''. */
  readonly imageID: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running: boolean;
  readonly terminated?: Terminated;
  readonly lastTerminated?: Terminated;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ownerUid?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly reason?: string;
  readonly deleting: boolean;
  readonly ready: boolean;
  /** When `ready` last changed, in RFC 3339; absent before the kubelet first reports. */
  readonly readyChangedAt?: string;
  readonly createdAt: string;
  readonly containers: readonly ContainerState[];
  readonly conditions: readonly Condition[];
}

/** A change in the cluster; a ClusterView already shows it when its listeners are called. A workload may have been deleted. */
export type ClusterChange =
  | { readonly type: 'workload'; readonly key: WorkloadKey }
  | { readonly type: 'replicaset'; readonly namespace: string; readonly ownerUid?: string }
  | { readonly type: 'job'; readonly namespace: string; readonly ownerUid?: string }
  | {
      readonly type: 'pod';
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    };

/** The cluster as its watches last reported it. Reading sends no request. */
export interface ClusterView {
  /** Lists, then watches; resolves when every list is complete. @throws the reason of `signal` when that aborts first */
  start(signal?: AbortSignal): Promise<void>;
  /** True while every watch is connected or was within the last minute. */
  readonly synced: boolean;
  workloads(): Iterable<Workload>;
  workload(key: WorkloadKey): Workload | undefined;
  /** Pods of the newest revision only: of the newest ReplicaSet, or with the newest controller-revision-hash. Empty for a CronJob. */
  podsOfNewestRevision(workload: Workload): readonly Pod[];
  /** Every pod of the workload, of any revision, that is not being deleted. */
  pods(workload: Workload): readonly Pod[];
  newestReplicaSet(workload: Workload): ReplicaSet | undefined;
  /** The Jobs of a CronJob, oldest first. */
  jobs(workload: Workload): readonly Job[];
  podsOfJob(job: Job): readonly Pod[];
  onChange(listener: (change: ClusterChange) => void): () => void;
  stop(): Promise<void>;
}

/** A digest to write for one container. `expected`: the image that was read when the decision was made. */
export interface ImageChange {
  readonly container: string;
  readonly expected: string;
  readonly digest: Digest;
}

export interface WriteResult {
  readonly generation: number;
  readonly templateHash: string;
}

export interface WriteOptions {
  /** Text of `keelson.sh/state` to write in the same request. @default the annotation stays as it is */
  readonly state?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of a write in objects other than the workload. `pending`: not known yet. `reverted`: the entry does nothing, or breaks the object of
 * the owner, and was removed again; `message` says why and what to do.
 */
export type WriteConfirmation =
  | { readonly outcome: 'ok' | 'pending' }
  | { readonly outcome: 'reverted'; readonly message: string };

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

/** `forward`: to the digest that the tag means now. `back`: to another digest, which has to last although the owner reconciles the object. */
export type Direction = 'forward' | 'back';

/** The admission policy `keelson-pin`, which gives new pods the digest of their pin annotation. */
export interface PinPolicy {
  /** Whether new pods get their digest, as far as is known now. */
  readonly works: boolean;
  /** Reads whether policy and binding exist, in two GETs. @throws KubeError, but not when they are absent or reading them is forbidden */
  refresh(signal?: AbortSignal): Promise<void>;
  /** The self-test: whether new pods of an annotated template carry the digest. */
  seen(carried: boolean): void;
}

export interface PathOptions {
  /** Paths that were reverted for this workload. */
  readonly rejected?: readonly WritePathName[];
  /** How long Flux may be told not to reconcile the object, in milliseconds: the last resort. @default never */
  readonly holdMs?: number | undefined;
}

/** Everything that Keelson writes into a cluster. */
export interface Writes {
  readonly pinPolicy: PinPolicy;
  pathFor(workload: Workload, direction: Direction, options?: PathOptions): WritePath;
  /** Writes the annotation `keelson.sh/state` alone; undefined removes it. */
  writeState(workload: Workload, state: string | undefined, signal?: AbortSignal): Promise<void>;
  /**
   * Removes every field that Keelson wrote: state and pins, entries in the Kustomization, a hold on Flux. The image of an object that somebody
   * reconciles is unpinned; that of an object that nobody reconciles stays pinned.
   */
  removeAll(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Removes Keelson's entries for this workload from the Kustomization that owns it, for when git names another image. Writes nothing else. */
  unpin(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** When the hold on Flux ends (`keelson.sh/flux-hold-until`), in milliseconds since the epoch; undefined: there is no hold. */
  holdUntil(workload: Workload): number | undefined;
  endHold(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Deletes exactly this pod, by uid. No error when it is gone already. */
  deletePod(pod: Pick<Pod, 'namespace' | 'name' | 'uid'>, signal?: AbortSignal): Promise<void>;
}

/** Reads that no watch covers: fresh workloads, pull secrets, logs. One request each. @throws KubeError */
export interface ClusterReader {
  /** Reads past the caches of the view. undefined: it does not exist. */
  readWorkload(key: WorkloadKey, signal?: AbortSignal): Promise<Workload | undefined>;
  /** The docker config of a pull secret, as decoded JSON text; undefined: it does not exist, or is of another type. */
  readPullSecret(namespace: string, name: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The names of its pull secrets; empty where the service account does not exist. */
  readServiceAccountPullSecrets(namespace: string, name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** The last lines of a container's log, of its previous run where there is one. '' when there is no log. */
  readLog(pod: Pod, container: string, lines: number, signal?: AbortSignal): Promise<string>;
}
