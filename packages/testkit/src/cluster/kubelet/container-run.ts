import { createHash } from 'node:crypto';
import { timestamp } from '../objects/object.ts';
import type { Container, ContainerStatus, Pod } from '../objects/pod.ts';
import type { ImageStore, LocalImage } from './image-store.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf } from './outcome.ts';
import { PullError } from './registry.ts';

/** Milliseconds of a kubelet's life, before scaling. */
export interface KubeletTimes {
  /** From a pull's answer to the container's start. */
  readonly pullMs: number;
  /** From the start to being ready, or to the crash. */
  readonly readyMs: number;
  /** First delay after a failed pull or a second crash; doubles each time. */
  readonly backoffMs: number;
  /** From a pod's deletion to its end. */
  readonly killMs: number;
}

/** A pod's surroundings, as its containers need them. */
export interface Host {
  readonly pod: () => Pod;
  readonly images: ImageStore;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** The status of a container changed. */
  readonly changed: () => void;
  readonly warn: (container: string, reason: string, message: string) => void;
}

type State = NonNullable<ContainerStatus['state']>;

/** As the kubelet's own: ten seconds grow to five minutes. */
const MOST_BACKOFFS = 30;
const EXIT_CODES: Partial<Record<Outcome, number>> = { crash: 1, oom: 137, complete: 0 };

/** One container of one pod, from its pull to its end, over all its restarts. */
export class ContainerRun {
  readonly #host: Host;
  readonly #init: boolean;
  readonly #ended: () => void;
  #container: Container;
  #run = 0;
  #backoffs = 0;
  #image: LocalImage | undefined;
  #logs: { current: string; previous: string | undefined } | undefined;
  status: ContainerStatus;

  /** @param ended - called when the container has ended for good, or (an init container that stays) has started */
  constructor(host: Host, container: Container, init: boolean, ended: () => void) {
    this.#host = host;
    this.#container = container;
    this.#init = init;
    this.#ended = ended;
    this.status = {
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: init ? 'PodInitializing' : 'ContainerCreating' } },
      lastState: {},
    };
  }

  get image(): string {
    return this.#container.image ?? '';
  }

  start(): void {
    const run = this.#run;
    this.#pull(run).catch((error: unknown) => {
      if (!(error instanceof PullError)) throw error;
      if (this.#run === run) this.#pullFailed(error.message);
    });
  }

  /** Another image was written into the running pod. */
  replace(container: Container): void {
    this.#container = container;
    this.#run += 1;
    this.#backoffs = 0;
    if (this.status.state?.running !== undefined)
      this.status = { ...this.status, restartCount: this.status.restartCount + 1 };
    this.start();
  }

  stop(): void {
    this.#run += 1;
  }

  /** The output of this run or of the one before; undefined: there was none. */
  log(previous: boolean): string | undefined {
    if (!previous) return this.#logs?.current;
    return this.status.lastState?.terminated === undefined ? undefined : (this.#logs?.previous ?? this.#logs?.current);
  }

  async #pull(run: number): Promise<void> {
    const image = await this.#host.images.ensure(
      this.image,
      this.#container.imagePullPolicy ?? 'IfNotPresent',
      this.#host.pod(),
    );
    if (this.#run !== run) return;
    this.#image = image;
    this.#later(this.#host.times.pullMs, () => this.#begin());
  }

  #pullFailed(why: string): void {
    const code = why.endsWith('not found') ? 'NotFound' : 'Unknown';
    const message = `rpc error: code = ${code} desc = ${why}`;
    const delay = this.#nextBackoff();
    this.#set({ waiting: { reason: 'ErrImagePull', message } });
    this.#host.warn(this.status.name, 'Failed', `Failed to pull image "${this.image}": ${message}`);
    this.#host.warn(this.status.name, 'Failed', 'Error: ErrImagePull');
    const text = `Back-off pulling image "${this.image}"`;
    this.#later(delay / 4, () => {
      this.#set({ waiting: { reason: 'ImagePullBackOff', message: `${text}: ErrImagePull: ${message}` } });
      this.#host.warn(this.status.name, 'BackOff', text);
    });
    this.#later(delay, () => this.start());
  }

  #outcome(): Outcome {
    const { restartPolicy } = this.#host.pod().spec;
    const endsByItself = this.#init ? !this.#stays() : restartPolicy !== 'Always';
    const outcome = outcomeOf(this.#image?.outcome, endsByItself);
    return this.#init && !this.#stays() && outcome === 'ready' ? 'complete' : outcome;
  }

  /** An init container that is to run beside the others. */
  #stays(): boolean {
    return this.#init && this.#container.restartPolicy === 'Always';
  }

  #begin(): void {
    const outcome = this.#outcome();
    if (outcome === 'config-error') {
      const message = `configmap "${this.status.name}" not found`;
      this.#set({ waiting: { reason: 'CreateContainerConfigError', message } });
      this.#host.warn(this.status.name, 'Failed', `Error: ${message}`);
      this.#later(this.#nextBackoff(), () => this.start());
      return;
    }
    const text = this.#image?.log ?? '';
    this.#logs = { current: text, previous: this.#logs?.current };
    const startedAt = timestamp(this.#host.now());
    const containerID = `containerd://${this.#id()}`;
    this.status = {
      ...this.status,
      imageID: this.#image?.imageID ?? '',
      containerID,
      started: true,
      image: this.image,
    };
    this.#set({ running: { startedAt } });
    this.#later(this.#host.times.readyMs, () => this.#decide(outcome, startedAt));
  }

  #decide(outcome: Outcome, startedAt: string): void {
    const exitCode = EXIT_CODES[outcome];
    if (exitCode !== undefined) {
      this.#exit(exitCode, outcome, startedAt);
      return;
    }
    if (outcome === 'unready') {
      this.#host.warn(this.status.name, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
      return;
    }
    this.#backoffs = 0;
    this.status = { ...this.status, ready: true };
    this.#host.changed();
    if (this.#stays()) this.#ended();
  }

  #exit(exitCode: number, outcome: Outcome, startedAt: string): void {
    const reasons: Partial<Record<Outcome, string>> = { oom: 'OOMKilled', complete: 'Completed' };
    const finishedAt = timestamp(this.#host.now());
    const { containerID = '' } = this.status;
    const terminated = { exitCode, reason: reasons[outcome] ?? 'Error', startedAt, finishedAt, containerID };
    this.status = { ...this.status, ready: this.#init && exitCode === 0, started: false };
    this.#set({ terminated });
    const policy = this.#host.pod().spec.restartPolicy;
    const again = this.#init
      ? exitCode !== 0 && policy !== 'Never'
      : policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
    if (!again) {
      this.#ended();
      return;
    }
    this.status = { ...this.status, lastState: { terminated } };
    if (this.status.restartCount === 0) {
      this.#restart();
      return;
    }
    const delay = this.#nextBackoff();
    const { name, namespace, uid } = this.#host.pod().metadata;
    const where = `container=${this.status.name} pod=${name}_${namespace ?? ''}(${uid})`;
    const message = `back-off ${Math.round(delay / 100) / 10}s restarting failed ${where}`;
    this.#set({ waiting: { reason: 'CrashLoopBackOff', message } });
    this.#host.warn(
      this.status.name,
      'BackOff',
      `Back-off restarting failed container ${this.status.name} in pod ${name}_${namespace ?? ''}(${uid})`,
    );
    this.#later(delay, () => this.#restart());
  }

  #restart(): void {
    this.status = { ...this.status, restartCount: this.status.restartCount + 1 };
    this.start();
  }

  #nextBackoff(): number {
    const factor = Math.min(2 ** this.#backoffs, MOST_BACKOFFS);
    this.#backoffs += 1;
    return this.#host.times.backoffMs * factor;
  }

  #later(ms: number, action: () => void): void {
    const run = this.#run;
    this.#host.after(ms, () => {
      if (this.#run === run) action();
    });
  }

  #set(state: State): void {
    this.status = { ...this.status, state };
    this.#host.changed();
  }

  #id(): string {
    const text = `${this.#host.pod().metadata.uid}/${this.status.name}/${this.status.restartCount}`;
    return createHash('sha256').update(text).digest('hex');
  }
}
