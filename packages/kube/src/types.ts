import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { TakenLists } from './owner/taken-lists.ts';

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

/** An object of Flux that reconciles workloads. */
export interface FluxOwner {
  readonly type: 'flux-kustomization' | 'flux-helmrelease';
  readonly namespace: string;
  readonly name: string;
  /** It replaces its objects as a whole, so that annotations of others do not last. */
  readonly replaces?: true;
  /** The lists of a Kustomization in which entries of Keelson's do not last. */
  readonly taken?: TakenLists;
  /** Keelson may not patch it, so no entry keeps a rollback there. */
  readonly readOnly?: true;
  /** The digests to which entries of Keelson's in it pin containers of this workload, by container. */
  readonly pins?: Readonly<Record<string, Digest>>;
  /** Flux cannot build the Kustomization through which those entries go: git has no list any more to which they add. They have to be written again. */
  readonly breaks?: true;
  /** Those entries hide the list of a HelmRelease that git has, since Flux could not build its Kustomization otherwise. */
  readonly hidesList?: true;
}

/** Argo CD. Whoever chose another label for its applications does not say which one it is. */
export interface ArgoOwner {
  readonly type: 'argocd';
  readonly application?: string;
}

/** Who reconciles an object's spec. */
export type Owner =
  /** `disproven`: its labels name this object of Flux, which lists its objects, and not this one. */
  | { readonly type: 'none'; readonly disproven?: FluxOwner }
  | FluxOwner
  | ArgoOwner
  /** Its labels name this object of Flux, which does not say whether that is so. */
  | {
      readonly type: 'unknown';
      readonly claimed: FluxOwner;
      /** There is no such object here: somebody else's cluster may have it, or nobody. */
      readonly gone: boolean;
      /** Why, and what to do. */
      readonly message: string;
    };

/** A workload, trimmed to what Keelson reads. The same shape for all four kinds. */
export interface Workload extends WorkloadKey {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** How many keys begin like Keelson's own, mean nothing, and were not kept. Absent: none. */
  readonly moreKeys?: number;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccountName: string;
  /** As its labels and annotations say, which anybody may write. `Writes.withOwner` replaces it by what is proven. */
  readonly owner: Owner;
  /** Where Argo CD applies it, unless an object of Flux does. */
  readonly argo?: ArgoOwner;
  readonly paused: boolean;
  /** Desired pods; a DaemonSet's is `status.desiredNumberScheduled`. */
  readonly replicas: number;
  readonly progressDeadlineSeconds?: number;
  /** For how long a pod has to be ready before it is available; absent where that is 0. */
  readonly minReadySeconds?: number;
  /** `RollingUpdate`, `Recreate`, `OnDelete`; absent for a CronJob. */
  readonly strategy?: 'RollingUpdate' | 'Recreate' | 'OnDelete';
  /** StatefulSets only: pods below this ordinal keep the old revision. */
  readonly partition?: number;
  /** 16 hex digits: a hash of the whole pod template as the API server stores it. Any change to the template changes it. */
  readonly templateHash: string;
  /** 16 hex digits: a hash of what in the pod template is neither an image nor a pin annotation. */
  readonly foreignHash: string;
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
  readonly conditions: readonly Condition[];
}

/** A Job that is gone, and its pods as they last were. */
export interface RemovedJob {
  readonly job: Job;
  readonly pods: readonly Pod[];
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
  /** Those alone that say which revision it is of. */
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly reason?: string;
  /** Only beside a reason, such as `Evicted`. */
  readonly message?: string;
  readonly deleting: boolean;
  readonly ready: boolean;
  /** When `ready` last changed, in RFC 3339; absent before the kubelet first reports. */
  readonly readyChangedAt?: string;
  readonly createdAt: string;
  readonly containers: readonly ContainerState[];
  readonly conditions: readonly Condition[];
}

/**
 * A change of a workload, which may have been deleted, or of what one controls; a ClusterView already shows it when its listeners are called. What no
 * known workload controls is not reported.
 */
export interface ClusterChange {
  readonly type: 'workload' | 'replicaset' | 'job' | 'pod';
  /** The workload. */
  readonly key: WorkloadKey;
}

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
  /** The pods of a Job; of one that failed and has none left, those that it lost, as they were. */
  podsOfJob(job: Job): readonly Pod[];
  /**
   * The Job of a CronJob that was removed last, as it was: with a history limit of 0 it is removed in the moment in which it ends, and with
   * `concurrencyPolicy: Replace` before that, for the next run. undefined where none was since the start.
   */
  removedJob(workload: Workload): RemovedJob | undefined;
  onChange(listener: (change: ClusterChange) => void): () => void;
  stop(): Promise<void>;
}

/** A Secret with credentials for registries. */
export interface PullSecret {
  /** Its docker config, as decoded JSON text. */
  readonly config: string;
  /** Another one for each content that the Secret, or another one of its name, ever had. */
  readonly version: string;
}

/** Reads that no watch covers: fresh workloads, pull secrets, logs. One request each. @throws KubeError */
export interface ClusterReader {
  /** Reads past the caches of the view. undefined: it does not exist. */
  readWorkload(key: WorkloadKey, signal?: AbortSignal): Promise<Workload | undefined>;
  /** undefined: it does not exist, or is of another type. */
  readPullSecret(namespace: string, name: string, signal?: AbortSignal): Promise<PullSecret | undefined>;
  /** The names of its pull secrets; empty where the service account does not exist. */
  readServiceAccountPullSecrets(namespace: string, name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** The last lines of a container's log, of its previous run where there is one. '' when there is no log. */
  readLog(pod: Pod, container: string, lines: number, signal?: AbortSignal): Promise<string>;
}
