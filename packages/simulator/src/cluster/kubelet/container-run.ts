import { createHash } from 'node:crypto';
import { timestamp } from '../objects/object.ts';
import type { Container, ContainerStatus, Pod } from '../objects/pod.ts';
import { Backoff } from './backoff.ts';
import type { Exit, Life, LifeListener, LifeSource, PreparedLife } from './life.ts';
import { NotStarted } from './life.ts';
import { pullFailure } from './pull-failure.ts';
import { PullError } from './registry.ts';
import { RunLogs } from './run-logs.ts';

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
  readonly lives: LifeSource;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** The status of a container changed. */
  readonly changed: () => void;
  readonly warn: (container: string, reason: string, message: string) => void;
  /** As `warn`, of what is no trouble. */
  readonly note: (container: string, reason: string, message: string) => void;
}

type State = NonNullable<ContainerStatus['state']>;

/** One container of one pod, from its pull to its end, over all its restarts. */
export class ContainerRun {
  readonly #host: Host;
  readonly #init: boolean;
  readonly #passed: () => void;
  #container: Container;
  #run = 0;
  readonly #backoff: Backoff;
  readonly #logs = new RunLogs();
  /** It is told to end for good: nothing starts again. */
  #ending = false;
  #life: Life | undefined;
  /** The start that is under way; settled when it has led to a life, or to none. */
  #beginning: Promise<void> = Promise.resolve();
  status: ContainerStatus;

  /** @param passed - called when the container has ended for good, or (an init container that stays) has started */
  constructor(host: Host, container: Container, init: boolean, waits: string, passed: () => void) {
    this.#host = host;
    this.#backoff = new Backoff(host.times.backoffMs);
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

  get container(): Container {
    return this.#container;
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

  /** Whatever it is at, it is ended, pulled and started anew. */
  again(): void {
    this.#run += 1;
    const run = this.#run;
    this.#backoff.forget();
    const start = () => {
      if (this.#run === run) this.start();
    };
    if (this.#life === undefined) start();
    else void this.#life.end(this.#graceMs).then(start);
  }

  /** Tells it to end, and sees to it after that long. Resolved when nothing of it is left; may be called again with less. */
  async end(graceMs: number = this.#graceMs): Promise<void> {
    // one that runs tells of its end itself; of all else there is nothing left to tell
    this.#ending = true;
    if (this.status.state?.running === undefined) this.#run += 1;
    else this.unready();
    await this.#beginning;
    await this.#life?.end(graceMs);
  }

  /** It serves no more from now on, whatever its probe says. */
  unready(): void {
    this.#ending = true;
    if (!this.status.ready) return;
    this.status = { ...this.status, ready: false };
    this.#host.changed();
  }

  /** Forgets it at once; what still runs is killed. Resolved when nothing of it is left. */
  async kill(): Promise<void> {
    this.#run += 1;
    await this.#beginning;
    await this.#life?.end(0);
  }

  /** Where it listens; undefined while it does not run, and of one that has no port. */
  get address(): Life['address'] {
    return this.status.state?.running === undefined ? undefined : this.#life?.address;
  }

  /** The output of this run or of the one before; undefined: there was none. */
  log(previous: boolean): string | undefined {
    return this.#logs.read(previous, this.status);
  }

  async #pull(run: number): Promise<void> {
    const role = {
      container: this.#container,
      pod: this.#host.pod(),
      passing: this.#init && !this.stays,
      endsByItself: this.#endsByItself(),
    };
    const prepared = await this.#host.lives.prepare(role);
    if (this.#run !== run) return;
    this.#later(this.#host.times.pullMs, () => {
      this.#beginning = this.#begin(prepared);
    });
  }

  #pullFailed(error: PullError): void {
    const { reason, message, backOff, events } = pullFailure(this.image, error);
    const delay = this.#backoff.next();
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

  async #begin({ imageID, start }: PreparedLife): Promise<void> {
    const run = this.#run;
    try {
      const life = await start();
      if (this.#run === run) this.#live(life, imageID);
      else await life.end(0);
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      if (this.#run !== run) return;
      if (error.reason === 'CreateContainerConfigError') this.#configMissing(error);
      else this.#notStarted(error, imageID);
    }
  }

  #live(life: Life, imageID: string): void {
    this.#made(imageID, life.log);
    this.#life = life;
    const startedAt = timestamp(this.#host.now());
    this.#set({ running: { startedAt } });
    life.tell(this.#listener(startedAt));
  }

  /** The container is there, whether it starts or not. */
  #made(imageID: string, log: () => string): void {
    this.#logs.begin(log);
    const containerID = `containerd://${this.#id()}`;
    this.status = { ...this.status, imageID, containerID, image: this.image, ready: false };
  }

  /** Hears what this run tells, and nothing more once another has begun. */
  #listener(startedAt: string): LifeListener {
    const run = this.#run;
    const live = () => this.#run === run;
    const show = (change: Partial<ContainerStatus>): void => {
      this.status = { ...this.status, ...change };
      this.#host.changed();
    };
    return {
      started: () => {
        if (!live()) return;
        show({ started: true });
        if (this.stays) this.#passed();
      },
      ready: (ready) => {
        if (live() && !this.#ending) show({ ready });
      },
      proven: () => {
        if (live()) this.#backoff.forget();
      },
      exited: (exit) => {
        if (live()) this.#exit(exit, startedAt);
      },
      warn: (reason, message) => {
        if (live()) this.#warn(reason, message);
      },
      note: (reason, message) => {
        if (live()) this.#host.note(this.status.name, reason, message);
      },
    };
  }

  #configMissing({ reason, message }: NotStarted): void {
    this.#set({ waiting: { reason, message } });
    this.#warn('Failed', `Error: ${message}`);
    this.#later(this.#backoff.next(), () => this.start());
  }

  /** The runtime made the container and could not start its program: an exit that never ran (128, StartError). */
  #notStarted({ reason, message }: NotStarted, imageID: string): void {
    this.#made(imageID, () => '');
    const { containerID = '' } = this.status;
    const [startedAt, finishedAt] = [timestamp(0), timestamp(this.#host.now())];
    const terminated = { exitCode: 128, reason: 'StartError', message, startedAt, finishedAt, containerID };
    this.#warn('Failed', `Error: ${message}`);
    if (this.#host.pod().spec.restartPolicy === 'Never' && !this.stays) {
      this.#set({ terminated });
      this.#passed();
      return;
    }
    this.status = { ...this.status, lastState: { terminated } };
    this.#set({ waiting: { reason, message } });
    this.#later(this.#host.times.backoffMs / 2, () => this.#backOff());
  }

  #exit({ exitCode, reason }: Exit, startedAt: string): void {
    const finishedAt = timestamp(this.#host.now());
    const { containerID = '' } = this.status;
    const done = this.#init && !this.stays && exitCode === 0;
    this.#life = undefined;
    this.status = { ...this.status, ready: done, started: false };
    this.#set({ terminated: { exitCode, reason, startedAt, finishedAt, containerID } });
    if (this.#ending || !this.#startsAgain(exitCode)) this.#passed();
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
    const delay = this.#backoff.next();
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

  #later(ms: number, action: () => void): void {
    const run = this.#run;
    this.#host.after(ms, () => {
      if (this.#run === run) action();
    });
  }

  /** Milliseconds that the pod gives its containers to end. */
  get #graceMs(): number {
    return (this.#host.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000;
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
