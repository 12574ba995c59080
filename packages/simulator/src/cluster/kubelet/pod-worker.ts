import { timestamp } from '../objects/object.ts';
import type { Pod, PodStatus } from '../objects/pod.ts';
import type { ContainerHost } from './container-host.ts';
import type { Address } from './container-run.ts';
import { ContainerWorker } from './container-worker.ts';
import type { ImageSource } from './image-store.ts';
import type { KubeletTimes } from './kubelet-times.ts';
import { podStatus } from './pod-status.ts';
import type { RuntimeServices } from './runtime/program-runs.ts';
import { ProgramRuns } from './runtime/program-runs.ts';
import { SimulatedRuns } from './simulated-runs.ts';

/** What a pod worker needs of its node and cluster. */
export interface NodeServices {
  readonly images: ImageSource;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** Writes the pod's status. `statusOf` computes it from the pod as it is at the time of the write. */
  readonly writeStatus: (pod: Pod, statusOf: (live: Pod) => PodStatus) => void;
  /** Records a Warning event. */
  readonly warn: (pod: Pod, reason: string, message: string, fieldPath: string) => void;
  /** Records a Normal event. @default none is recorded */
  readonly note?: (pod: Pod, reason: string, message: string, fieldPath: string) => void;
  /** Runs the containers' programs. @default none: containers are simulated by the labels of their images */
  readonly runtime?: RuntimeServices | undefined;
}

/** The IP addresses in a pod's status. */
export interface PodAddresses {
  readonly podIP: string;
  readonly hostIP: string;
}

/** Runs one pod on one node, from its binding to its end. */
export class PodWorker {
  readonly #node: NodeServices;
  readonly #addresses: PodAddresses;
  readonly #startTime: string;
  readonly #init: ContainerWorker[];
  readonly #containers: ContainerWorker[];
  #pod: Pod;
  /** The index of the init container that runs; all later ones wait for it. */
  #current = 0;
  #initialized = false;
  #terminating = false;
  #stopped = false;
  #writing = false;

  constructor(node: NodeServices, addresses: PodAddresses, pod: Pod) {
    this.#node = node;
    this.#addresses = addresses;
    this.#pod = pod;
    this.#startTime = timestamp(node.now());
    const { images, times, now, runtime } = node;
    const after: ContainerHost['after'] = (ms, action) => node.after(ms, () => this.#stopped || action());
    const host: ContainerHost = {
      pod: () => this.#pod,
      runs:
        runtime === undefined
          ? new SimulatedRuns(images, times.readyMs, after)
          : new ProgramRuns({ ...runtime, images, times, after, podIP: addresses.podIP }),
      times,
      now,
      after,
      changed: () => this.#write(),
      warn: (container, reason, message) => node.warn(this.#pod, reason, message, this.#pathOf(container)),
      note: (container, reason, message) => node.note?.(this.#pod, reason, message, this.#pathOf(container)),
    };
    const init = pod.spec.initContainers ?? [];
    const waitingReason = init.length === 0 ? 'ContainerCreating' : 'PodInitializing';
    this.#init = init.map((container, index) => {
      const passed = () => this.#initPassed(index);
      return new ContainerWorker(host, { container, init: true, waitingReason, passed });
    });
    this.#containers = (pod.spec.containers ?? []).map((container) => {
      const passed = () => this.#ended();
      return new ContainerWorker(host, { container, init: false, waitingReason, passed });
    });
  }

  start(): void {
    this.#write();
    this.#startInit(0);
  }

  /** The pod was written. A container with another image restarts. */
  update(pod: Pod): void {
    this.#pod = pod;
    for (const container of pod.spec.containers ?? []) {
      const worker = this.#containers.find(({ status }) => status.name === container.name);
      if (worker !== undefined && worker.image !== container.image) worker.replace(container);
    }
  }

  /** Kills the pod's containers and writes no more status. Resolves when nothing of it runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#init, ...this.#containers].map((each) => each.kill()));
  }

  /**
   * Ends the pod within `graceMs` milliseconds: nothing starts any more, nothing is ready, and sidecars end after the other containers.
   * Resolves when nothing of it runs and its status says so; may be called again with less time.
   */
  async terminate(graceMs: number): Promise<void> {
    this.#terminating = true;
    const limit = performance.now() + graceMs;
    const left = () => Math.max(0, limit - performance.now());
    const sidecars = this.#init.filter(({ isSidecar }) => isSidecar);
    for (const each of sidecars) each.setUnready();
    await Promise.all(
      [...this.#init.filter(({ isSidecar }) => !isSidecar), ...this.#containers].map((each) => each.end(graceMs)),
    );
    for (const each of sidecars.toReversed()) await each.end(left());
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Where a port of the pod is reached: the container that has a port of this name or number, else the first that listens. */
  address(port: string | number): Address | undefined {
    const workers = [...this.#containers, ...this.#init.filter(({ isSidecar }) => isSidecar)];
    const named = workers.find(({ container }) =>
      container.ports?.some((each) => each['name'] === port || each.containerPort === port),
    );
    return named === undefined ? workers.find((each) => each.address !== undefined)?.address : named.address;
  }

  log(container: string, previous: boolean): string | undefined {
    return [...this.#init, ...this.#containers].find(({ status }) => status.name === container)?.log(previous);
  }

  #startInit(index: number): void {
    if (this.#terminating) return;
    this.#current = index;
    const next = this.#init[index];
    if (next !== undefined) {
      next.start();
      return;
    }
    this.#initialized = true;
    for (const each of this.#containers) each.start();
  }

  /** A sidecar that restarts later starts no other container again. */
  #initPassed(index: number): void {
    this.#write();
    const status = this.#init[index]?.status;
    if (index === this.#current && status !== undefined && isPassed(status)) this.#startInit(index + 1);
  }

  #ended(): void {
    this.#write();
    const all = this.#containers.every(({ status }) => status.state?.terminated !== undefined);
    if (all) for (const each of this.#init.filter(({ isSidecar }) => isSidecar)) void each.end();
  }

  /** One write for all changes in one turn of the event loop. */
  #write(): void {
    if (this.#writing || this.#stopped) return;
    this.#writing = true;
    setImmediate(() => {
      this.#writing = false;
      if (!this.#stopped) this.#node.writeStatus(this.#pod, (live) => this.#statusOf(live));
    });
  }

  #statusOf(live: Pod): PodStatus {
    return podStatus({
      pod: live,
      init: this.#init.map((each) => each.status),
      containers: this.#containers.map((each) => each.status),
      sidecars: new Set(this.#init.filter(({ isSidecar }) => isSidecar).map(({ status }) => status.name)),
      initialized: this.#initialized,
      startTime: this.#startTime,
      now: this.#node.now(),
      ...this.#addresses,
    });
  }

  #pathOf(container: string): string {
    const list = this.#init.some(({ status }) => status.name === container) ? 'initContainers' : 'containers';
    return `spec.${list}{${container}}`;
  }
}

/** Whether the containers after this init container may start. */
function isPassed({ state, started }: ContainerWorker['status']): boolean {
  return state?.terminated?.exitCode === 0 || (state?.running !== undefined && started === true);
}
