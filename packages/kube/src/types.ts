import type { WorkloadKey, WritePathName } from '@keelson/core';
import type { Digest } from '@keelson/image';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly init: boolean;
  /** Place in `containers` or `initContainers`: what a JSON patch needs to name it. */
  readonly index: number;
  /** An init container that restarts always and runs beside the others (KEP-753). */
  readonly sidecar?: true;
}

/** Who wrote a field last, as managedFields tells it. */
export interface FieldWriter {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
}

/** Who writes this object's spec, read from the live object (labels of Flux, tracking of Argo CD, else nobody). */
export type Owner =
  | { readonly type: 'none' }
  | { readonly type: 'flux-kustomization'; readonly namespace: string; readonly name: string }
  | { readonly type: 'flux-helmrelease'; readonly namespace: string; readonly name: string }
  | { readonly type: 'argocd'; readonly application: string };

/** A workload trimmed to what Keelson reads. The same shape for all four kinds. */
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
  /** Of a StatefulSet: pods below this ordinal keep the old revision. */
  readonly partition?: number;
  /** A short hash of the whole pod template as the API server stores it: differs when anything in it was changed. */
  readonly templateHash: string;
  /**
   * Who owns what Keelson writes: by `digest.keelson.sh/<container>` (template annotations), `image:<container>` (containers and init
   * containers) and `keelson.sh/state`. Only what is there; the newest first.
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
  /** The controller-revision-hash of a StatefulSet's newest revision; no other kind's status names it. */
  readonly updateRevision?: string;
  readonly conditions: readonly Condition[];
}

export interface ReplicaSet {
  readonly namespace: string;
  readonly uid: string;
  readonly ownerUid?: string;
  /** `deployment.kubernetes.io/revision`. */
  readonly revision: number;
  /** `ReplicaFailure` of quota and admission among them. */
  readonly conditions: readonly Condition[];
}

/** A Job that a CronJob made. */
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
  /** As in the pod's spec, which is what admission made of the template. */
  readonly specImage: string;
  /** As the runtime reports it: `repo@sha256:…`, `docker-pullable://…`, a bare `sha256:…`, or ''. */
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
  /** RFC 3339: since when `ready` is what it is; absent before the kubelet said so. */
  readonly readyChangedAt?: string;
  readonly createdAt: string;
  readonly containers: readonly ContainerState[];
  readonly conditions: readonly Condition[];
}

/** One thing that changed in the cluster, after the caches hold it. */
export type ClusterChange =
  | { readonly type: 'workload'; readonly key: WorkloadKey }
  | { readonly type: 'replicaset'; readonly namespace: string; readonly ownerUid?: string }
  | { readonly type: 'job'; readonly namespace: string; readonly ownerUid?: string }
  | {
      readonly type: 'pod';
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    };

/** The cluster as the watches last told it. Reading costs no request. */
export interface ClusterView {
  /** Lists, then watches; resolves when every list is in. Rejects only when `signal` aborts first. */
  start(signal?: AbortSignal): Promise<void>;
  /** True while every watch is connected or was within the last minute. */
  readonly synced: boolean;
  workloads(): Iterable<Workload>;
  workload(key: WorkloadKey): Workload | undefined;
  /** Pods of the newest revision only: those of the newest ReplicaSet, or of the newest controller-revision-hash. None of a CronJob. */
  podsOfNewestRevision(workload: Workload): readonly Pod[];
  /** Every pod of the workload that is not being deleted. */
  pods(workload: Workload): readonly Pod[];
  newestReplicaSet(workload: Workload): ReplicaSet | undefined;
  /** The Jobs of a CronJob, oldest first. */
  jobs(workload: Workload): readonly Job[];
  podsOfJob(job: Job): readonly Pod[];
  onChange(listener: (change: ClusterChange) => void): () => void;
  stop(): Promise<void>;
}

/** One image to write, by container. `expected` is the image that was read when the decision was made. */
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
  /** The text of `keelson.sh/state` to write along with it. @default left as it is */
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

/** One way to write images into a workload that its owner does not revert (law 9). */
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

/** `forward`: to what the tag means now. `back`: to another digest than that, which has to hold against whoever reconciles the object. */
export type Direction = 'forward' | 'back';

/** Whether new pods are given the digest of our annotation (the admission policy `keelson-pin`). */
export interface PinPolicy {
  /** As far as is known now. */
  readonly works: boolean;
  /** Asks the API server whether policy and binding are there; two GETs. Never throws for their absence or for a lack of rights. */
  refresh(signal?: AbortSignal): Promise<void>;
  /** New pods of an annotated template were seen to carry, or not to carry, the digest: the self-test. */
  seen(carried: boolean): void;
}

export interface PathOptions {
  /** Paths that were seen not to hold for this workload. */
  readonly rejected?: readonly WritePathName[];
  /** How long Flux may be told to leave the object alone, in milliseconds: the last resort. @default never */
  readonly holdMs?: number | undefined;
}

/** Everything that Keelson writes into a cluster. */
export interface Writes {
  readonly pinPolicy: PinPolicy;
  pathFor(workload: Workload, direction: Direction, options?: PathOptions): WritePath;
  /** The annotation `keelson.sh/state` alone; undefined removes it. */
  writeState(workload: Workload, state: string | undefined, signal?: AbortSignal): Promise<void>;
  /**
   * Takes back every field that Keelson wrote: state and digests, entries in the Kustomization, a hold. A pinned image of an object that
   * somebody reconciles goes back to what its owner says; that of an object nobody reconciles stays.
   */
  removeAll(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Takes our entries for this workload out of the Kustomization that owns it: git means another image by now. Writes nothing else. */
  unpin(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** When the hold on the object ends (`keelson.sh/flux-hold-until`), in milliseconds since the epoch; undefined: there is none. */
  holdUntil(workload: Workload): number | undefined;
  endHold(workload: Workload, signal?: AbortSignal): Promise<void>;
  /** Deletes exactly this pod (by uid). Gone already is fine. */
  deletePod(pod: Pick<Pod, 'namespace' | 'name' | 'uid'>, signal?: AbortSignal): Promise<void>;
}

/** Secrets and logs: the few reads that no watch covers. */
export interface ClusterReader {
  /** A fresh GET, past the caches. undefined: not there. */
  readWorkload(key: WorkloadKey, signal?: AbortSignal): Promise<Workload | undefined>;
  /** The docker config of a pull secret (decoded text); undefined: not there, or of another type. */
  readPullSecret(namespace: string, name: string, signal?: AbortSignal): Promise<string | undefined>;
  readServiceAccountPullSecrets(namespace: string, name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** The last lines of a container's log, of its previous run where it has one. '' when there is none. */
  readLog(pod: Pod, container: string, lines: number, signal?: AbortSignal): Promise<string>;
}
