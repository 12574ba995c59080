import type { Digest } from '@keelson/image';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob';

export interface WorkloadKey {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly init: boolean;
  /** Place in `containers` or `initContainers`: what a JSON patch needs to name it. */
  readonly index: number;
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
  readonly ready: number;
  readonly available: number;
  /** The controller-revision-hash of a StatefulSet's newest revision; no other kind's status names it. */
  readonly updateRevision?: string;
  readonly conditions: readonly Condition[];
}

export interface ReplicaSet {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ownerUid?: string;
  /** `deployment.kubernetes.io/revision`. */
  readonly revision: number;
  readonly podTemplateHash?: string;
  readonly replicas: number;
}

export interface ContainerState {
  readonly name: string;
  readonly init: boolean;
  readonly image: string;
  /** As the runtime reports it: `repo@sha256:…`, `docker-pullable://…`, a bare `sha256:…`, or ''. */
  readonly imageID: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode: number };
  readonly lastTerminated?: { readonly reason?: string; readonly message?: string; readonly exitCode: number };
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
  readonly createdAt: string;
  readonly containers: readonly ContainerState[];
  readonly conditions: readonly Condition[];
}

/** One thing that changed in the cluster, after the caches hold it. */
export type ClusterChange =
  | { readonly type: 'workload'; readonly key: WorkloadKey; readonly gone: boolean }
  | { readonly type: 'replicaset'; readonly namespace: string; readonly ownerUid?: string }
  | {
      readonly type: 'pod';
      readonly namespace: string;
      readonly name: string;
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
  /** False when the object already carried all of it: a second run of the same step. */
  readonly changed: boolean;
  readonly generation: number;
  readonly resourceVersion: string;
}

/** One way of writing images into a workload (law 9). Throws ConflictError when what was expected is no longer there. */
export interface WritePath {
  readonly name: 'image-pin' | 'template-annotation';
  /** What the user should know before trusting this path for this workload. `followed`: container names. @default all but init containers */
  warnings(
    workload: Workload,
    followed?: readonly string[],
  ): readonly { readonly code: string; readonly message: string }[];
  write(workload: Workload, changes: readonly ImageChange[], signal?: AbortSignal): Promise<WriteResult>;
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
