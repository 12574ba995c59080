import type { Control } from '../controllers/control.ts';
import { KUBELET } from '../controllers/control.ts';
import { kinds } from '../kinds/table.ts';
import { keyOf, timestamp } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { isPod } from '../objects/pod.ts';
import type { Host, KubeletTimes } from './container-run.ts';
import { ContainerRun } from './container-run.ts';
import type { ImageStore } from './image-store.ts';
import { podStatus } from './pod-status.ts';

export interface Place {
  readonly hostAddress: string;
  readonly address: string;
}

/** One pod on one node, from its binding to its end. */
export class PodWorker {
  readonly #control: Control;
  readonly #place: Place;
  readonly #key: string;
  readonly #startTime: string;
  readonly #init: ContainerRun[];
  readonly #containers: ContainerRun[];
  #pod: Pod;
  #initialized = false;
  #gone = false;
  #writing = false;

  constructor(control: Control, images: ImageStore, times: KubeletTimes, place: Place, pod: Pod) {
    this.#control = control;
    this.#place = place;
    this.#pod = pod;
    this.#key = keyOf(pod);
    this.#startTime = timestamp(control.now());
    const host: Host = {
      pod: () => this.#pod,
      images,
      times,
      now: control.now,
      after: (ms, action) => control.timers.after(ms, () => this.#gone || action()),
      changed: () => this.#write(),
      warn: (container, reason, message) => this.#warn(container, reason, message),
    };
    const init = pod.spec.initContainers ?? [];
    this.#init = init.map((each, index) => new ContainerRun(host, each, true, () => this.#initEnded(index)));
    this.#containers = (pod.spec.containers ?? []).map(
      (each) => new ContainerRun(host, each, false, () => this.#write()),
    );
  }

  start(): void {
    this.#write();
    this.#startInit(0);
  }

  /** The pod was written: another image in it restarts that container. */
  see(pod: Pod): void {
    this.#pod = pod;
    for (const container of pod.spec.containers ?? []) {
      const run = this.#containers.find(({ status }) => status.name === container.name);
      if (run !== undefined && run.image !== container.image) run.replace(container);
    }
  }

  stop(): void {
    this.#gone = true;
    for (const run of [...this.#init, ...this.#containers]) run.stop();
  }

  log(container: string, previous: boolean): string | undefined {
    return [...this.#init, ...this.#containers].find(({ status }) => status.name === container)?.log(previous);
  }

  #startInit(index: number): void {
    const next = this.#init[index];
    if (next !== undefined) {
      next.start();
      return;
    }
    this.#initialized = true;
    for (const run of this.#containers) run.start();
  }

  #initEnded(index: number): void {
    const { status } = this.#init[index] ?? {};
    this.#write();
    if ((status?.state?.terminated?.exitCode ?? 0) === 0) this.#startInit(index + 1);
  }

  /** Changes of one turn of the event loop are one write. */
  #write(): void {
    if (this.#writing || this.#gone) return;
    this.#writing = true;
    setImmediate(() => {
      this.#writing = false;
      if (!this.#gone) this.#writeNow();
    });
  }

  #writeNow(): void {
    const options = { manager: KUBELET, subresource: 'status' } as const;
    this.#control.writer.change(kinds.pod, this.#key, options, (live) => {
      if (!isPod(live) || live.metadata.uid !== this.#pod.metadata.uid) return live;
      const status = podStatus({
        pod: live,
        init: this.#init.map((run) => run.status),
        containers: this.#containers.map((run) => run.status),
        initialized: this.#initialized,
        startTime: this.#startTime,
        now: this.#control.now(),
        ...this.#place,
      });
      return { ...live, status };
    });
  }

  #warn(container: string, reason: string, message: string): void {
    const fieldPath = `spec.containers{${container}}`;
    this.#control.events.record(this.#pod, 'Warning', reason, message, KUBELET, fieldPath);
  }
}
