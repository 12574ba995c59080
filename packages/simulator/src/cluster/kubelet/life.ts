import type { Container, Pod } from '../objects/pod.ts';

/** How one run of a container ended. */
export interface Exit {
  readonly exitCode: number;
  readonly reason: string;
}

/** Where a container's first port is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What one run tells of itself, each as often as it happens; `exited` is the last of all. */
export interface LifeListener {
  /** It has come up: from now on it may become ready, and what waits for a sidecar may go on. */
  readonly started: () => void;
  readonly ready: (is: boolean) => void;
  /** It has stood for so long that the delays of earlier failures are forgotten. */
  readonly proven: () => void;
  readonly exited: (exit: Exit) => void;
  readonly warn: (reason: string, message: string) => void;
  /** As `warn`, of what is no trouble. */
  readonly note: (reason: string, message: string) => void;
}

/** One run of a container, from its start to its exit. */
export interface Life {
  /** Undefined: nothing listens anywhere. */
  readonly address: Address | undefined;
  /** Begins to tell. Called once, when the start is in the container's status. */
  readonly tell: (listener: LifeListener) => void;
  /** Its output so far; readable after its end too. */
  readonly log: () => string;
  /** Asks it to end, and ends it after that long. Resolved when it is gone. A second call can only shorten the time. */
  readonly end: (graceMs: number) => Promise<void>;
}

/** A container whose image is there. */
export interface PreparedLife {
  readonly imageID: string;
  /** Throws NotStarted. */
  readonly start: () => Promise<Life>;
}

/** Which container, and as what. */
export interface Role {
  readonly container: Container;
  readonly pod: Pod;
  /** An init container that is to end before the next one starts. */
  readonly passing: boolean;
  /** It is meant to end by itself: such an init container, or one of a pod that need not restart. */
  readonly endsByItself: boolean;
}

/** Where the runs of containers come from: a simulated course, or a runtime. */
export interface LifeSource {
  /** Throws PullError. */
  readonly prepare: (role: Role) => Promise<PreparedLife>;
}

/** A container that could not be made (CreateContainerConfigError), or was made and could not be started. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly reason: 'CreateContainerConfigError' | 'RunContainerError';

  constructor(reason: NotStarted['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
