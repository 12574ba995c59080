import { timestamp } from '../objects/object.ts';
import type { Container, Pod, PodStatus } from '../objects/pod.ts';
import type { Host, KubeletTimes } from './container-run.ts';
import { ContainerRun } from './container-run.ts';
import type { ImageSource } from './image-store.ts';
import type { Address } from './life.ts';
import { podStatus } from './pod-status.ts';
import type { RuntimeServices } from './runtime/runtime-lives.ts';
import { RuntimeLives } from './runtime/runtime-lives.ts';
import { SimulatedLives } from './simulated-lives.ts';

/** What a kubelet needs of the cluster that it serves. */
export interface NodeServices {
  readonly images: ImageSource;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** Writes the status that comes of the pod as it is now. */
  readonly writeStatus: (pod: Pod, statusOf: (live: Pod) => PodStatus) => void;
  readonly warn: (pod: Pod, reason: string, message: string, fieldPath: string) => void;
  /** As `warn`, of what is no trouble. @default nobody is told */
  readonly note?: (pod: Pod, reason: string, message: string, fieldPath: string) => void;
  /** What really runs the containers. @default nothing: the labels of their images say what becomes of them */
  readonly runtime?: RuntimeServices | undefined;
}

export interface Place {
  readonly hostAddress: string;
  readonly address: string;
}

/** One pod on one node, from its binding to its end. */
export class PodWorker {
  readonly #node: NodeServices;
  readonly #place: Place;
  readonly #startTime: string;
  readonly #init: ContainerRun[];
  readonly #containers: ContainerRun[];
  #pod: Pod;
  /** The init container that all further ones wait for. */
  #reached = 0;
  #initialized = false;
  #terminating = false;
  #gone = false;
  #writing = false;

  constructor(node: NodeServices, place: Place, pod: Pod) {
    this.#node = node;
    this.#place = place;
    this.#pod = pod;
    this.#startTime = timestamp(node.now());
    const { images, times, now, runtime } = node;
    const after: Host['after'] = (ms, action) => node.after(ms, () => this.#gone || action());
    const host: Host = {
      pod: () => this.#pod,
      lives:
        runtime === undefined
          ? new SimulatedLives(images, times.readyMs, after)
          : new RuntimeLives({ ...runtime, images, times, after, place }),
      times,
      now,
      after,
      changed: () => this.#write(),
      warn: (container, reason, message) => node.warn(this.#pod, reason, message, this.#pathOf(container)),
      note: (container, reason, message) => node.note?.(this.#pod, reason, message, this.#pathOf(container)),
    };
    const init = pod.spec.initContainers ?? [];
    const waits = init.length === 0 ? 'ContainerCreating' : 'PodInitializing';
    this.#init = init.map((each, index) => new ContainerRun(host, each, true, waits, () => this.#initPassed(index)));
    this.#containers = (pod.spec.containers ?? []).map(
      (each) => new ContainerRun(host, each, false, waits, () => this.#ended()),
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

  /** Asks anew what becomes of a container, or of the init container that it waits for. */
  retry(pod: Pod, { name, image }: Pick<Container, 'name' | 'image'>): void {
    const run = this.#containers.find(({ status }) => status.name === name);
    if (run?.image !== image) this.see(pod);
    else if (this.#initialized) run?.again();
    else if (run === this.#containers[0]) this.#init[this.#reached]?.again();
  }

  /** Forgets the pod at once; resolved when nothing of it runs. */
  async stop(): Promise<void> {
    this.#gone = true;
    await Promise.all([...this.#init, ...this.#containers].map((run) => run.kill()));
  }

  /**
   * The pod is to end within that time: nothing starts any more, nothing is ready, sidecars end after the containers that they stand
   * beside. Resolved when nothing of it runs and its status says so; may be called again with less time.
   */
  async terminate(graceMs: number): Promise<void> {
    this.#terminating = true;
    const limit = performance.now() + graceMs;
    const left = () => Math.max(0, limit - performance.now());
    const sidecars = this.#init.filter(({ stays }) => stays);
    for (const run of sidecars) run.unready();
    await Promise.all(
      [...this.#init.filter(({ stays }) => !stays), ...this.#containers].map((run) => run.end(graceMs)),
    );
    for (const run of sidecars.toReversed()) await run.end(left());
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Where a port of the pod is reached, by the name or number that a container gives it; else its first that listens. */
  address(port: string | number): Address | undefined {
    const runs = [...this.#containers, ...this.#init.filter(({ stays }) => stays)];
    const named = runs.find(({ container }) =>
      container.ports?.some((each) => each['name'] === port || each.containerPort === port),
    );
    return named === undefined ? runs.find((run) => run.address !== undefined)?.address : named.address;
  }

  log(container: string, previous: boolean): string | undefined {
    return [...this.#init, ...this.#containers].find(({ status }) => status.name === container)?.log(previous);
  }

  #startInit(index: number): void {
    if (this.#terminating) return;
    this.#reached = index;
    const next = this.#init[index];
    if (next !== undefined) {
      next.start();
      return;
    }
    this.#initialized = true;
    for (const run of this.#containers) run.start();
  }

  /** A sidecar that comes up again opens nothing that is open already. */
  #initPassed(index: number): void {
    this.#write();
    const status = this.#init[index]?.status;
    if (index === this.#reached && status !== undefined && isPassed(status)) this.#startInit(index + 1);
  }

  #ended(): void {
    this.#write();
    const all = this.#containers.every(({ status }) => status.state?.terminated !== undefined);
    if (all) for (const run of this.#init.filter(({ stays }) => stays)) void run.end();
  }

  /** Changes of one turn of the event loop are one write. */
  #write(): void {
    if (this.#writing || this.#gone) return;
    this.#writing = true;
    setImmediate(() => {
      this.#writing = false;
      if (!this.#gone) this.#node.writeStatus(this.#pod, (live) => this.#statusOf(live));
    });
  }

  #statusOf(live: Pod): PodStatus {
    return podStatus({
      pod: live,
      init: this.#init.map((run) => run.status),
      containers: this.#containers.map((run) => run.status),
      sidecars: new Set(this.#init.filter(({ stays }) => stays).map(({ status }) => status.name)),
      initialized: this.#initialized,
      startTime: this.#startTime,
      now: this.#node.now(),
      ...this.#place,
    });
  }

  #pathOf(container: string): string {
    const list = this.#init.some(({ status }) => status.name === container) ? 'initContainers' : 'containers';
    return `spec.${list}{${container}}`;
  }
}

/** Of an init container: the next one may start. */
function isPassed({ state, started }: ContainerRun['status']): boolean {
  return state?.terminated?.exitCode === 0 || (state?.running !== undefined && started === true);
}
