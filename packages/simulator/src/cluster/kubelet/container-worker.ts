import { timestamp } from '../objects/object.ts';
import type { Container, ContainerStatus } from '../objects/pod.ts';
import { Backoff } from './backoff.ts';
import type { ContainerHost } from './container-host.ts';
import type { Address, ContainerRun, Exit, PreparedContainer, RunListener } from './container-run.ts';
import { NotStarted } from './container-run.ts';
import type { ContainerState } from './container-status.ts';
import { initialStatus, withContainer, withRestart, withState } from './container-status.ts';
import { pullFailure } from './pull-failure.ts';
import { PullError } from './registry.ts';
import { crashLoop, startsAgain } from './restarts.ts';
import { RunLogs } from './run-logs.ts';

/** Which container a worker runs, and how it begins. */
export interface WorkerOptions {
  readonly container: Container;
  readonly init: boolean;
  /** Why the container waits before its first start: `ContainerCreating`, `PodInitializing`. */
  readonly waitingReason: string;
  /** Called when the container has ended for good, or (a sidecar) has started. */
  readonly passed: () => void;
}

/** Runs one container of one pod, from its first pull to its end, over all restarts. */
export class ContainerWorker {
  readonly #host: ContainerHost;
  readonly #init: boolean;
  readonly #passed: () => void;
  readonly #pullBackoff: Backoff;
  readonly #crashBackoff: Backoff;
  readonly #logs = new RunLogs();
  #container: Container;
  /** Rises when a run is given up: what an earlier one still reports is dropped. */
  #generation = 0;
  /** The container is to end for good: nothing starts again. */
  #ending = false;
  #run: ContainerRun | undefined;
  /** The start in progress; resolved when it has succeeded or failed. */
  #starting: Promise<void> = Promise.resolve();
  status: ContainerStatus;

  constructor(host: ContainerHost, { container, init, waitingReason, passed }: WorkerOptions) {
    this.#host = host;
    this.#pullBackoff = new Backoff(host.times.backoffMs);
    this.#crashBackoff = new Backoff(host.times.crashBackoffMs ?? host.times.backoffMs);
    this.#container = container;
    this.#init = init;
    this.#passed = passed;
    this.status = initialStatus(container, waitingReason);
  }

  get container(): Container {
    return this.#container;
  }

  get image(): string {
    return this.#container.image ?? '';
  }

  /** An init container that keeps running beside the others. */
  get isSidecar(): boolean {
    return this.#init && this.#container.restartPolicy === 'Always';
  }

  /** Where it listens; undefined while it does not run, and of one that has no port. */
  get address(): Address | undefined {
    return this.status.state?.running === undefined ? undefined : this.#run?.address;
  }

  /** The output of this run or of the previous one; undefined: there was none. */
  log(previous: boolean): string | undefined {
    return this.#logs.read(previous, this.status);
  }

  start(): void {
    const generation = this.#generation;
    this.#pull(generation).catch((error: unknown) => {
      if (!(error instanceof PullError)) throw error;
      if (this.#generation === generation) this.#pullFailed(error);
    });
  }

  /** Another image was written into the running pod: ends the run there is, pulls and starts, without back-off. */
  replace(container: Container): void {
    this.#container = container;
    if (this.status.state?.running !== undefined) this.status = withRestart(this.status);
    this.#generation += 1;
    const generation = this.#generation;
    this.#pullBackoff.reset();
    this.#crashBackoff.reset();
    const start = () => {
      if (this.#generation === generation) this.start();
    };
    if (this.#run === undefined) start();
    else void this.#run.end(this.#graceMs).then(start);
  }

  /** Asks the container to exit for good, and kills it after that long. Resolves when nothing of it runs; may be called again with less. */
  async end(graceMs: number = this.#graceMs): Promise<void> {
    // a run reports its exit itself; a container without one has nothing to report
    this.#ending = true;
    if (this.status.state?.running === undefined) this.#generation += 1;
    else this.setUnready();
    await this.#starting;
    await this.#run?.end(graceMs);
  }

  /** It is not ready from now on, whatever its probe says. */
  setUnready(): void {
    this.#ending = true;
    if (!this.status.ready) return;
    this.status = { ...this.status, ready: false };
    this.#host.changed();
  }

  /** Kills the run there is, and reports nothing more. Resolves when nothing of it runs. */
  async kill(): Promise<void> {
    this.#generation += 1;
    await this.#starting;
    await this.#run?.end(0);
  }

  async #pull(generation: number): Promise<void> {
    const pod = this.#host.pod();
    const mustComplete = this.#init && !this.isSidecar;
    const endsByItself = this.#init ? mustComplete : pod.spec.restartPolicy !== 'Always';
    const prepared = await this.#host.runs.prepare({ container: this.#container, pod, mustComplete, endsByItself });
    if (this.#generation !== generation) return;
    this.#later(this.#host.times.pullMs, () => {
      this.#starting = this.#start(prepared);
    });
  }

  #pullFailed(error: PullError): void {
    const { reason, message, backOff, events } = pullFailure(this.image, error);
    const delay = this.#pullBackoff.next();
    this.#setState({ waiting: { reason, message } });
    for (const event of events) this.#warn('Failed', event);
    if (backOff !== undefined) {
      this.#later(delay / 4, () => {
        this.#setState({ waiting: { reason: 'ImagePullBackOff', message: backOff } });
        this.#warn('BackOff', `Back-off pulling image "${this.image}"`);
      });
    }
    this.#later(delay, () => this.start());
  }

  async #start({ imageID, start }: PreparedContainer): Promise<void> {
    const generation = this.#generation;
    try {
      const run = await start();
      if (this.#generation === generation) this.#started(run, imageID);
      else await run.end(0);
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      if (this.#generation !== generation) return;
      if (error.reason === 'CreateContainerConfigError') this.#notCreated(error);
      else this.#notStarted(error, imageID);
    }
  }

  #started(run: ContainerRun, imageID: string): void {
    this.#created(imageID, run.log);
    this.#run = run;
    const startedAt = timestamp(this.#host.now());
    this.#setState({ running: { startedAt } });
    run.report(this.#listener(startedAt));
  }

  /** The container exists, whether its program starts or not. */
  #created(imageID: string, log: () => string): void {
    this.#logs.begin(log);
    this.status = withContainer(this.status, this.#host.pod().metadata.uid, this.image, imageID);
  }

  /** Takes what the current run reports; nothing more once it has been given up. */
  #listener(startedAt: string): RunListener {
    const generation = this.#generation;
    const current =
      <A extends readonly unknown[]>(action: (...args: A) => void) =>
      (...args: A): void => {
        if (this.#generation === generation) action(...args);
      };
    const show = (change: Partial<ContainerStatus>): void => {
      this.status = { ...this.status, ...change };
      this.#host.changed();
    };
    return {
      started: current(() => {
        show({ started: true });
        if (this.isSidecar) this.#passed();
      }),
      ready: current((ready) => {
        if (!this.#ending) show({ ready });
      }),
      stable: current(() => this.#crashBackoff.reset()),
      exited: current((exit) => this.#exited(exit, startedAt)),
      warn: current((reason, message) => this.#warn(reason, message)),
      note: current((reason, message) => this.#host.note(this.status.name, reason, message)),
    };
  }

  #notCreated({ reason, message }: NotStarted): void {
    this.#setState({ waiting: { reason, message } });
    this.#warn('Failed', `Error: ${message}`);
    this.#later(this.#pullBackoff.next(), () => this.start());
  }

  /** The runtime created the container and could not start its program: it counts as an exit (code 128, StartError). */
  #notStarted({ reason, message }: NotStarted, imageID: string): void {
    this.#created(imageID, () => '');
    const { containerID = '' } = this.status;
    const [startedAt, finishedAt] = [timestamp(0), timestamp(this.#host.now())];
    const terminated = { exitCode: 128, reason: 'StartError', message, startedAt, finishedAt, containerID };
    this.#warn('Failed', `Error: ${message}`);
    if (this.#host.pod().spec.restartPolicy === 'Never' && !this.isSidecar) {
      this.#setState({ terminated });
      this.#passed();
      return;
    }
    this.status = { ...this.status, lastState: { terminated } };
    this.#setState({ waiting: { reason, message } });
    this.#later(this.#host.times.backoffMs / 2, () => this.#backOff());
  }

  #exited({ exitCode, reason }: Exit, startedAt: string): void {
    const finishedAt = timestamp(this.#host.now());
    const { containerID = '' } = this.status;
    const [init, sidecar] = [this.#init, this.isSidecar];
    this.#run = undefined;
    this.status = { ...this.status, ready: init && !sidecar && exitCode === 0, started: false };
    this.#setState({ terminated: { exitCode, reason, startedAt, finishedAt, containerID } });
    if (this.#ending || !startsAgain({ init, sidecar }, this.#host.pod(), exitCode)) this.#passed();
    else if (this.status.restartCount === 0) this.#restart();
    else this.#backOff();
  }

  #backOff(): void {
    const delay = this.#crashBackoff.next();
    const { state: message, event } = crashLoop(this.#host.pod(), this.status.name, delay);
    this.#setState({ waiting: { reason: 'CrashLoopBackOff', message } });
    this.#warn('BackOff', event);
    this.#later(delay, () => this.#restart());
  }

  #restart(): void {
    this.status = withRestart(this.status);
    this.start();
  }

  #later(ms: number, action: () => void): void {
    const generation = this.#generation;
    this.#host.after(ms, () => {
      if (this.#generation === generation) action();
    });
  }

  /** Milliseconds that the pod gives its containers to exit. */
  get #graceMs(): number {
    return (this.#host.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  #warn(reason: string, message: string): void {
    this.#host.warn(this.status.name, reason, message);
  }

  #setState(state: ContainerState): void {
    this.status = withState(this.status, state);
    this.#host.changed();
  }
}
