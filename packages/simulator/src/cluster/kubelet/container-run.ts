import type { Container, Pod } from '../objects/pod.ts';

/** How a run ended. */
export interface Exit {
  readonly exitCode: number;
  /** As `state.terminated.reason` gives it: `Completed`, `Error`, `OOMKilled`. */
  readonly reason: string;
}

/** Where a container's first port is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Receives what happens during one run. Each may be called several times, but `exited` once, after all others. */
export interface RunListener {
  /** The container has started: it may become ready, and what waits for a sidecar may start. */
  readonly started: () => void;
  readonly ready: (isReady: boolean) => void;
  /** The container has run for so long that the back-off of earlier failures starts over. */
  readonly stable: () => void;
  readonly exited: (exit: Exit) => void;
  /** Records a Warning event of the pod. */
  readonly warn: (reason: string, message: string) => void;
  /** Records a Normal event of the pod. */
  readonly note: (reason: string, message: string) => void;
}

/** One run of a container, from its start to its exit. */
export interface ContainerRun {
  /** Undefined: it listens on no port. */
  readonly address: Address | undefined;
  /** Starts reporting. Called once, after the container's status says that it runs. */
  readonly report: (listener: RunListener) => void;
  /** Its output so far; readable after its exit too. */
  readonly log: () => string;
  /** Asks it to exit, and kills it after that many milliseconds. Resolves when it has exited. Another call can only shorten the time. */
  readonly end: (graceMs: number) => Promise<void>;
}

/** A container whose image has been pulled. */
export interface PreparedContainer {
  readonly imageID: string;
  /** @throws NotStarted */
  readonly start: () => Promise<ContainerRun>;
}

/** A container and its part in its pod. */
export interface ContainerRole {
  readonly container: Container;
  readonly pod: Pod;
  /** An init container that must complete before the next one starts. */
  readonly mustComplete: boolean;
  /** It is expected to exit by itself: such an init container, or a container of a pod whose restartPolicy is not `Always`. */
  readonly endsByItself: boolean;
}

/** Starts the runs of containers: simulated by image labels (SimulatedRuns), or programs of a runtime (ProgramRuns). */
export interface ContainerRuns {
  /** Pulls the image. @throws PullError */
  readonly prepare: (role: ContainerRole) => Promise<PreparedContainer>;
}

/** A container could not be created (CreateContainerConfigError), or was created and its program could not be started. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly reason: 'CreateContainerConfigError' | 'RunContainerError';

  constructor(reason: NotStarted['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
