import type { Faults } from './http/faults.ts';
import type { LoggedRequest } from './http/request-log.ts';
import type { Address } from './kubelet/container-run.ts';
import type { KubeletTimes } from './kubelet/kubelet-times.ts';
import type { DecideOutcome } from './kubelet/outcome.ts';
import type { ContainerRuntime } from './kubelet/runtime/container-runtime.ts';
import type { KubeObject } from './objects/object.ts';

export interface SimulatedClusterOptions {
  /** @default 0: any free port of 127.0.0.1 */
  readonly port?: number;
  /** The bearer token that clients need. @default a random one */
  readonly token?: string;
  /** @default 1 */
  readonly nodes?: number;
  /** Registry hosts and where the nodes reach them over plain HTTP, as in K3s' registries.yaml. Loopback hosts need none. */
  readonly mirrors?: Readonly<Record<string, string>>;
  /** Images, with host and tag, that a mirror before the nodes goes on answering with the digest that it saw first. @default none */
  readonly keepsTag?: (image: string) => boolean;
  /** The outcome of images whose host has no mirror. @default ready; complete in pods whose restartPolicy is not Always */
  readonly outcome?: DecideOutcome;
  /**
   * `scale` multiplies all of them, minReadySeconds, progressDeadlineSeconds and timeoutSeconds too.
   * @default pullMs 30, readyMs 50, backoffMs 1000, crashBackoffMs as backoffMs, killMs 20, scale 1
   */
  readonly times?: Partial<KubeletTimes> & { readonly scale?: number };
  /**
   * Runs the containers' programs; the caller stops it after the cluster. Programs and probes take real time, `times` are the
   * delays around them. @default none: containers are simulated by image labels and `outcome`
   */
  readonly runtime?: ContainerRuntime;
  /** How often watches that allow bookmarks get one. @default 5000 */
  readonly bookmarkMs?: number;
}

/** A running simulated cluster. */
export interface SimulatedCluster {
  /** `http://127.0.0.1:PORT` */
  readonly server: string;
  /** The present bearer token. */
  readonly token: string;
  /** A kubeconfig for it, as YAML. */
  readonly kubeconfig: string;
  /** The HTTP requests, oldest first. */
  readonly requests: readonly LoggedRequest[];
  readonly faults: Faults;
  clearRequests(): void;
  /**
   * Server-side applies manifests (YAML text of one or more documents, or objects) as `kubectl`, by force; their namespaces
   * are made as needed, an object without one goes to `default`. Throws ApiError for what the API would refuse.
   */
  apply(manifests: string | KubeManifest | readonly KubeManifest[]): KubeObject[];
  /** An object as it is now; namespace '' for a kind without. */
  get(apiVersion: string, kind: string, namespace: string, name: string): KubeObject | undefined;
  /** The objects of a kind as they are now, by namespace and name. */
  list(apiVersion: string, kind: string): KubeObject[];
  /** Calls the listener with the kind of each object that was written or removed. @returns a function that ends this */
  onChange(listener: (kind: string) => void): () => void;
  /** Where a pod's port, by its name or number, is reached on this machine; undefined where no runtime runs it. */
  addressOf(namespace: string, pod: string, port: string | number): Address | undefined;
  /** Makes the Job of a CronJob now, as `kubectl create job --from` does. */
  trigger(namespace: string, cronJob: string): KubeObject;
  /** From now on only a new token is accepted. @returns it */
  rotateToken(): string;
  stop(): Promise<void>;
}

/** A manifest, as it is applied. */
export interface KubeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}
