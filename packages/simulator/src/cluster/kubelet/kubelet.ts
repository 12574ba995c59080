import type { Control } from '../controllers/control.ts';
import { kubelet } from '../controllers/control.ts';
import { kinds } from '../kinds/table.ts';
import { keyOf } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { hasEnded, isPod } from '../objects/pod.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Address } from './container-run.ts';
import { credentialsFor } from './credentials.ts';
import { ImageStore } from './image-store.ts';
import type { KubeletTimes } from './kubelet-times.ts';
import { nodeObject } from './node.ts';
import type { DecideOutcome } from './outcome.ts';
import type { NodeServices, PodAddresses } from './pod-worker.ts';
import { PodWorker } from './pod-worker.ts';
import type { RegistryPuller } from './registry.ts';
import type { ContainerRuntime } from './runtime/container-runtime.ts';
import type { RuntimeServices } from './runtime/program-runs.ts';

export interface KubeletOptions {
  readonly times: KubeletTimes;
  readonly nodes: number;
  readonly puller: RegistryPuller;
  readonly decide: DecideOutcome | undefined;
  readonly runtime: ContainerRuntime | undefined;
}

/** Programs of a runtime listen on this machine. */
const loopback: PodAddresses = { podIP: '127.0.0.1', hostIP: '127.0.0.1' };
/** The grace period of all pods when the cluster stops. */
const stopMs = 2000;

/** The kubelets of all simulated nodes. Without a runtime no program runs, but every status is written as if it did. */
export class Kubelets {
  readonly #control: Control;
  readonly #times: KubeletTimes;
  readonly #runtime: RuntimeServices | undefined;
  readonly #nodes = new Map<string, { readonly images: ImageStore; readonly hostIP: string }>();
  readonly #workers = new Map<string, PodWorker>();
  #podCount = 0;
  #stopped = false;

  /** The grace period of each pod that is being deleted, in seconds, by UID. */
  readonly #graceOf = new Map<string, number>();

  constructor(control: Control, { times, nodes, puller, decide, runtime }: KubeletOptions) {
    this.#control = control;
    this.#times = times;
    const credentials = (pod: Pod, host: string) => credentialsFor(control.store, pod, host);
    this.#runtime =
      runtime === undefined ? undefined : { runtime, credentials, find: (kind, key) => control.store.get(kind, key) };
    control.store.subscribe((event) => this.#onEvent(event));
    for (let number = 1; number <= nodes; number += 1) {
      const name = `node-${number}`;
      const hostIP = `10.0.0.${number}`;
      this.#nodes.set(name, { images: new ImageStore(puller, credentials, decide), hostIP });
      control.writer.create(kinds.node, nodeObject(name, hostIP, control.now()), { manager: kubelet });
    }
  }

  /** A container's output; undefined: there was no such run. */
  log(pod: Pod, container: string, previous: boolean): string | undefined {
    return this.#workers.get(pod.metadata.uid)?.log(container, previous);
  }

  /** Where a pod's port is reached; undefined: no program runs. */
  address(pod: Pod, port: string | number): Address | undefined {
    return this.#workers.get(pod.metadata.uid)?.address(port);
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    if (this.#runtime !== undefined) await Promise.all(workers.map((worker) => worker.terminate(stopMs)));
    await Promise.all(workers.map((worker) => worker.stop()));
  }

  #onEvent({ kind, type, object }: StoreEvent): void {
    if (kind !== kinds.pod || !isPod(object) || object.spec.nodeName === undefined) return;
    const { uid, deletionTimestamp } = object.metadata;
    const worker = this.#workers.get(uid);
    if (type === 'DELETED') {
      void worker?.stop();
      this.#workers.delete(uid);
      this.#graceOf.delete(uid);
    } else if (deletionTimestamp) this.#endPod(object);
    else if (worker === undefined) this.#startPod(object);
    else worker.update(object);
  }

  #startPod(pod: Pod): void {
    const { nodeName = '', restartPolicy } = pod.spec;
    const node = this.#nodes.get(nodeName);
    if (this.#stopped || node === undefined || (restartPolicy !== 'Always' && hasEnded(pod))) return;
    this.#podCount += 1;
    const podIP = `10.244.${(this.#podCount >> 8) & 255}.${this.#podCount & 255}`;
    const addresses = this.#runtime === undefined ? { podIP, hostIP: node.hostIP } : loopback;
    const worker = new PodWorker(this.#services(node.images), addresses, pod);
    this.#workers.set(pod.metadata.uid, worker);
    worker.start();
  }

  #services(images: ImageStore): NodeServices {
    const { writer, events, timers, now } = this.#control;
    return {
      images,
      times: this.#times,
      now,
      after: (ms, action) => timers.after(ms, action),
      writeStatus(pod, statusOf) {
        const options = { manager: kubelet, subresource: 'status' } as const;
        writer.change(kinds.pod, keyOf(pod), options, (live) =>
          isPod(live) && live.metadata.uid === pod.metadata.uid ? { ...live, status: statusOf(live) } : live,
        );
      },
      warn: (pod, reason, message, fieldPath) => events.record(pod, 'Warning', reason, message, kubelet, fieldPath),
      note: (pod, reason, message, fieldPath) => events.record(pod, 'Normal', reason, message, kubelet, fieldPath),
      runtime: this.#runtime,
    };
  }

  #endPod(pod: Pod): void {
    const { uid } = pod.metadata;
    const worker = this.#workers.get(uid);
    if (this.#runtime === undefined || worker === undefined) {
      void worker?.stop();
      this.#control.timers.after(this.#times.killMs, () => this.#removePod(pod));
      return;
    }
    const seconds = pod.metadata.deletionGracePeriodSeconds ?? 0;
    // status writes arrive here too while it ends: only a shorter grace period changes anything
    if (seconds >= (this.#graceOf.get(uid) ?? Infinity)) return;
    this.#graceOf.set(uid, seconds);
    void worker.terminate(seconds * 1000).then(() => this.#removePod(pod));
  }

  /** Removes the API object of a pod that has ended. */
  #removePod(pod: Pod): void {
    const key = keyOf(pod);
    if (this.#control.store.get(kinds.pod, key)?.metadata.uid !== pod.metadata.uid) return;
    this.#control.remover.remove(kinds.pod, key, { gracePeriodSeconds: 0 });
  }
}
