import type { Control } from '../controllers/control.ts';
import { KUBELET } from '../controllers/control.ts';
import { kinds } from '../kinds/table.ts';
import { keyOf } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { hasEnded, isPod } from '../objects/pod.ts';
import type { StoreEvent } from '../store/store.ts';
import type { KubeletTimes } from './container-run.ts';
import { credentialsFor } from './credentials.ts';
import { ImageStore } from './image-store.ts';
import type { Address } from './life.ts';
import { nodeObject } from './node.ts';
import type { DecideOutcome } from './outcome.ts';
import type { NodeServices, Place } from './pod-worker.ts';
import { PodWorker } from './pod-worker.ts';
import type { RegistryPuller } from './registry.ts';
import type { ContainerRuntime } from './runtime/container-runtime.ts';
import type { RuntimeServices } from './runtime/runtime-lives.ts';

export interface KubeletOptions {
  readonly times: KubeletTimes;
  readonly nodes: number;
  readonly puller: RegistryPuller;
  readonly decide: DecideOutcome | undefined;
  readonly runtime: ContainerRuntime | undefined;
}

/** Everything that a runtime starts listens on this machine. */
const LOOPBACK: Place = { address: '127.0.0.1', hostAddress: '127.0.0.1' };
/** How long what runs is given to end when the cluster stops. */
const STOP_MS = 2000;

/** The kubelets of all simulated nodes. Without a runtime no container runs, but every status is written as if it did. */
export class Kubelets {
  readonly #control: Control;
  readonly #times: KubeletTimes;
  readonly #runtime: RuntimeServices | undefined;
  readonly #nodes = new Map<string, { readonly images: ImageStore; readonly hostAddress: string }>();
  readonly #workers = new Map<string, PodWorker>();
  #addresses = 0;
  #stopped = false;

  /** The seconds that each pod on its way out was given last. */
  readonly #leaving = new Map<string, number>();

  constructor(control: Control, { times, nodes, puller, decide, runtime }: KubeletOptions) {
    this.#control = control;
    this.#times = times;
    const credentials = (pod: Pod, host: string) => credentialsFor(control.store, pod, host);
    this.#runtime =
      runtime === undefined ? undefined : { runtime, credentials, find: (kind, key) => control.store.get(kind, key) };
    control.store.subscribe((event) => this.#see(event));
    for (let number = 1; number <= nodes; number += 1) {
      const name = `node-${number}`;
      const hostAddress = `10.0.0.${number}`;
      this.#nodes.set(name, { images: new ImageStore(puller, credentials, decide), hostAddress });
      control.writer.create(kinds.node, nodeObject(name, hostAddress, control.now()), { manager: KUBELET });
    }
  }

  /** A container's output; undefined when that run never was. */
  log(pod: Pod, container: string, previous: boolean): string | undefined {
    return this.#workers.get(pod.metadata.uid)?.log(container, previous);
  }

  /** Where a pod's port is reached; undefined where nothing runs. */
  address(pod: Pod, port: string | number): Address | undefined {
    return this.#workers.get(pod.metadata.uid)?.address(port);
  }

  /** Resolved when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    if (this.#runtime !== undefined) await Promise.all(workers.map((worker) => worker.terminate(STOP_MS)));
    await Promise.all(workers.map((worker) => worker.stop()));
  }

  #see({ kind, type, object }: StoreEvent): void {
    if (kind !== kinds.pod || !isPod(object) || object.spec.nodeName === undefined) return;
    const { uid, deletionTimestamp } = object.metadata;
    const worker = this.#workers.get(uid);
    if (type === 'DELETED') {
      void worker?.stop();
      this.#workers.delete(uid);
      this.#leaving.delete(uid);
    } else if (deletionTimestamp) this.#kill(object);
    else if (worker === undefined) this.#begin(object);
    else worker.see(object);
  }

  #begin(pod: Pod): void {
    const { nodeName = '', restartPolicy } = pod.spec;
    const node = this.#nodes.get(nodeName);
    if (this.#stopped || node === undefined || (restartPolicy !== 'Always' && hasEnded(pod))) return;
    this.#addresses += 1;
    const address = `10.244.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
    const place = this.#runtime === undefined ? { address, hostAddress: node.hostAddress } : LOOPBACK;
    const worker = new PodWorker(this.#services(node.images), place, pod);
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
        const options = { manager: KUBELET, subresource: 'status' } as const;
        writer.change(kinds.pod, keyOf(pod), options, (live) =>
          isPod(live) && live.metadata.uid === pod.metadata.uid ? { ...live, status: statusOf(live) } : live,
        );
      },
      warn: (pod, reason, message, fieldPath) => events.record(pod, 'Warning', reason, message, KUBELET, fieldPath),
      note: (pod, reason, message, fieldPath) => events.record(pod, 'Normal', reason, message, KUBELET, fieldPath),
      runtime: this.#runtime,
    };
  }

  #kill(pod: Pod): void {
    const { uid } = pod.metadata;
    const worker = this.#workers.get(uid);
    if (this.#runtime === undefined || worker === undefined) {
      void worker?.stop();
      this.#control.timers.after(this.#times.killMs, () => this.#letGo(pod));
      return;
    }
    const seconds = pod.metadata.deletionGracePeriodSeconds ?? 0;
    // its status is written while it ends; only less time is news
    if (seconds >= (this.#leaving.get(uid) ?? Infinity)) return;
    this.#leaving.set(uid, seconds);
    void worker.terminate(seconds * 1000).then(() => this.#letGo(pod));
  }

  /** The kubelet's last word on a pod that is being deleted. */
  #letGo(pod: Pod): void {
    const key = keyOf(pod);
    if (this.#control.store.get(kinds.pod, key)?.metadata.uid !== pod.metadata.uid) return;
    this.#control.remover.remove(kinds.pod, key, { gracePeriodSeconds: 0 });
  }
}
