import { createHash } from 'node:crypto';
import { timestamp } from '../objects/object.ts';
import type { Container, ContainerStatus, Pod } from '../objects/pod.ts';
import type { Step } from './course.ts';
import { courseOf, endingCourse } from './course.ts';
import type { ImageSource, LocalImage } from './image-store.ts';
import { outcomeOf } from './outcome.ts';
import { pullFailure } from './pull-failure.ts';
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
  readonly images: ImageSource;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** The status of a container changed. */
  readonly changed: () => void;
  readonly warn: (container: string, reason: string, message: string) => void;
}

type State = NonNullable<ContainerStatus['state']>;
type Exit = Extract<Step, { does: 'exit' }>;

/** As the kubelet's own: ten seconds grow to five minutes. */
const MOST_BACKOFFS = 30;
const NO_PROGRAM =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to ' +
  'start container process: exec: "/app": stat /app: no such file or directory: unknown';

/** One container of one pod, from its pull to its end, over all its restarts. */
export class ContainerRun {
  readonly #host: Host;
  readonly #init: boolean;
  readonly #passed: () => void;
  #container: Container;
  #run = 0;
  #backoffs = 0;
  #image: LocalImage | undefined;
  #logs: { current: string; previous: string | undefined } | undefined;
  status: ContainerStatus;

  /** @param passed - called when the container has ended for good, or (an init container that stays) has started */
  constructor(host: Host, container: Container, init: boolean, waits: string, passed: () => void) {
    this.#host = host;
    this.#container = container;
    this.#init = init;
    this.#passed = passed;
    this.status = {
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: waits } },
      lastState: {},
    };
  }

  get image(): string {
    return this.#container.image ?? '';
  }

  /** An init container that is to run beside the others. */
  get stays(): boolean {
    return this.#init && this.#container.restartPolicy === 'Always';
  }

  start(): void {
    const run = this.#run;
    this.#pull(run).catch((error: unknown) => {
      if (!(error instanceof PullError)) throw error;
      if (this.#run === run) this.#pullFailed(error);
    });
  }

  /** Another image was written into the running pod. */
  replace(container: Container): void {
    this.#container = container;
    if (this.status.state?.running !== undefined)
      this.status = { ...this.status, restartCount: this.status.restartCount + 1 };
    this.again();
  }

  /** Whatever it is at, it is pulled and started anew. */
  again(): void {
    this.#run += 1;
    this.#backoffs = 0;
    this.start();
  }

  /** It is told to end, and does: a sidecar when nothing is left that it stands beside. */
  finish(): void {
    const { running } = this.status.state ?? {};
    this.stop();
    if (running === undefined) return;
    const { containerID = '' } = this.status;
    const finishedAt = timestamp(this.#host.now());
    this.status = { ...this.status, ready: false, started: false };
    this.#set({ terminated: { exitCode: 0, reason: 'Completed', ...running, finishedAt, containerID } });
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
    const policy = this.#container.imagePullPolicy ?? 'IfNotPresent';
    const image = await this.#host.images.ensure(this.image, policy, this.#host.pod());
    if (this.#run !== run) return;
    this.#image = image;
    this.#later(this.#host.times.pullMs, () => this.#begin());
  }

  #pullFailed(error: PullError): void {
    const { reason, message, backOff, events } = pullFailure(this.image, error);
    const delay = this.#nextBackoff();
    this.#set({ waiting: { reason, message } });
    for (const event of events) this.#warn('Failed', event);
    if (backOff !== undefined) {
      this.#later(delay / 4, () => {
        this.#set({ waiting: { reason: 'ImagePullBackOff', message: backOff } });
        this.#warn('BackOff', `Back-off pulling image "${this.image}"`);
      });
    }
    this.#later(delay, () => this.start());
  }

  #endsByItself(): boolean {
    return this.#init ? !this.stays : this.#host.pod().spec.restartPolicy !== 'Always';
  }

  #begin(): void {
    const outcome = outcomeOf(this.#image?.outcome, this.#endsByItself());
    if (outcome === 'config-error') {
      this.#configMissing();
      return;
    }
    this.#logs = { current: this.#image?.log ?? '', previous: this.#logs?.current };
    const imageID = this.#image?.imageID ?? '';
    const containerID = `containerd://${this.#id()}`;
    this.status = { ...this.status, imageID, containerID, image: this.image, ready: false };
    if (outcome === 'no-start') {
      this.#notStarted(containerID);
      return;
    }
    const startedAt = timestamp(this.#host.now());
    this.status = { ...this.status, started: true };
    this.#set({ running: { startedAt } });
    if (this.stays) this.#passed();
    const course = courseOf(outcome, this.#host.times.readyMs, this.#image?.afterMs ?? 0);
    this.#follow(this.#init && !this.stays ? endingCourse(course) : course, startedAt);
  }

  #configMissing(): void {
    const message = `configmap "${this.status.name}" not found`;
    this.#set({ waiting: { reason: 'CreateContainerConfigError', message } });
    this.#warn('Failed', `Error: ${message}`);
    this.#later(this.#nextBackoff(), () => this.start());
  }

  /** The runtime made the container and could not start its program: an exit that never ran (128, StartError). */
  #notStarted(containerID: string): void {
    const [startedAt, finishedAt] = [timestamp(0), timestamp(this.#host.now())];
    const terminated = { exitCode: 128, reason: 'StartError', message: NO_PROGRAM, startedAt, finishedAt, containerID };
    this.#warn('Failed', `Error: ${NO_PROGRAM}`);
    if (this.#host.pod().spec.restartPolicy === 'Never' && !this.stays) {
      this.#set({ terminated });
      this.#passed();
      return;
    }
    this.status = { ...this.status, lastState: { terminated } };
    this.#set({ waiting: { reason: 'RunContainerError', message: NO_PROGRAM } });
    this.#later(this.#host.times.backoffMs / 2, () => this.#backOff());
  }

  #follow([step, ...rest]: readonly Step[], startedAt: string): void {
    if (step === undefined) return;
    this.#later(step.ms, () => {
      if (step.does === 'exit') {
        this.#exit(step, startedAt);
        return;
      }
      if (step.does === 'unready')
        this.#warn('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
      // the kubelet forgets its delays only of a container that has stood for long
      if (step.does === 'ready' && rest.length === 0) this.#backoffs = 0;
      this.status = { ...this.status, ready: step.does === 'ready' };
      this.#host.changed();
      this.#follow(rest, startedAt);
    });
  }

  #exit({ exitCode, reason }: Exit, startedAt: string): void {
    const finishedAt = timestamp(this.#host.now());
    const { containerID = '' } = this.status;
    const done = this.#init && !this.stays && exitCode === 0;
    this.status = { ...this.status, ready: done, started: false };
    this.#set({ terminated: { exitCode, reason, startedAt, finishedAt, containerID } });
    if (!this.#startsAgain(exitCode)) this.#passed();
    else if (this.status.restartCount === 0) this.#restart();
    else this.#backOff();
  }

  #startsAgain(exitCode: number): boolean {
    if (this.stays) return true;
    const policy = this.#host.pod().spec.restartPolicy;
    if (this.#init) return exitCode !== 0 && policy !== 'Never';
    return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
  }

  #backOff(): void {
    const delay = this.#nextBackoff();
    const { name, namespace = '', uid } = this.#host.pod().metadata;
    const where = `container=${this.status.name} pod=${name}_${namespace}(${uid})`;
    const message = `back-off ${Math.round(delay / 100) / 10}s restarting failed ${where}`;
    this.#set({ waiting: { reason: 'CrashLoopBackOff', message } });
    this.#warn(
      'BackOff',
      `Back-off restarting failed container ${this.status.name} in pod ${name}_${namespace}(${uid})`,
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

  #warn(reason: string, message: string): void {
    this.#host.warn(this.status.name, reason, message);
  }

  /** How a run ended stays to be read in `lastState` when the next state comes. */
  #set(state: State): void {
    const { terminated } = this.status.state ?? {};
    this.status = { ...this.status, ...(terminated === undefined ? {} : { lastState: { terminated } }), state };
    this.#host.changed();
  }

  #id(): string {
    const text = `${this.#host.pod().metadata.uid}/${this.status.name}/${this.status.restartCount}`;
    return createHash('sha256').update(text).digest('hex');
  }
}
