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
import { nodeObject } from './node.ts';
import type { DecideOutcome } from './outcome.ts';
import type { NodeServices } from './pod-worker.ts';
import { PodWorker } from './pod-worker.ts';
import type { RegistryPuller } from './registry.ts';

/** The kubelets of all simulated nodes: no container runs, but every status is written as if it did. */
export class Kubelets {
  readonly #control: Control;
  readonly #times: KubeletTimes;
  readonly #nodes = new Map<string, { readonly images: ImageStore; readonly hostAddress: string }>();
  readonly #workers = new Map<string, PodWorker>();
  #addresses = 0;

  constructor(
    control: Control,
    times: KubeletTimes,
    nodes: number,
    puller: RegistryPuller,
    decide: DecideOutcome | undefined,
  ) {
    this.#control = control;
    this.#times = times;
    const credentials = (pod: Pod, host: string) => credentialsFor(control.store, pod, host);
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

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
    this.#workers.clear();
  }

  #see({ kind, type, object }: StoreEvent): void {
    if (kind !== kinds.pod || !isPod(object) || object.spec.nodeName === undefined) return;
    const { uid, deletionTimestamp } = object.metadata;
    const worker = this.#workers.get(uid);
    if (type === 'DELETED') {
      worker?.stop();
      this.#workers.delete(uid);
    } else if (deletionTimestamp) this.#kill(object);
    else if (worker === undefined) this.#begin(object);
    else worker.see(object);
  }

  #begin(pod: Pod): void {
    const { nodeName = '', restartPolicy } = pod.spec;
    const node = this.#nodes.get(nodeName);
    if (node === undefined || (restartPolicy !== 'Always' && hasEnded(pod))) return;
    this.#addresses += 1;
    const address = `10.244.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
    const place = { address, hostAddress: node.hostAddress };
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
    };
  }

  /** The kubelet's last word on a pod that is being deleted. */
  #kill(pod: Pod): void {
    const { uid, namespace = '', name } = pod.metadata;
    this.#workers.get(uid)?.stop();
    this.#control.timers.after(this.#times.killMs, () => {
      const key = `${namespace}/${name}`;
      if (this.#control.store.get(kinds.pod, key)?.metadata.uid !== uid) return;
      this.#control.remover.remove(kinds.pod, key, { gracePeriodSeconds: 0 });
    });
  }
}
