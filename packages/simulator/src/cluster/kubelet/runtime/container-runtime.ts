import type { Address } from '../container-run.ts';

/** What is to be pulled. */
export interface PullRequest {
  /** As the manifest writes it. */
  readonly image: string;
  /** `HOST/REPOSITORY@DIGEST`: what the kubelet has found the image to be. */
  readonly imageID: string;
  /** `USER:PASSWORD` of the pod's pull secrets for that host. */
  readonly credentials: string | undefined;
}

/** A container as the kubelet wants it; what it leaves open the image says. */
export interface ContainerSpec {
  readonly imageID: string;
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly name: string;
  /** In place of the image's entry point. */
  readonly command: readonly string[] | undefined;
  /** In place of the image's arguments. */
  readonly args: readonly string[] | undefined;
  readonly workingDir: string | undefined;
  /** References resolved; stronger than what the image sets. */
  readonly env: Readonly<Record<string, string>>;
  /** The `containerPort`s, in order. */
  readonly ports: readonly number[];
}

/** How a program ended. */
export interface ProgramExit {
  /** Null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ExecResult {
  /** Undefined: it was not done in time. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A container that runs. */
export interface RunningContainer {
  /** Never rejects. */
  readonly exited: Promise<ProgramExit>;
  /** Where its first port is reached; undefined: it has none. */
  readonly address: Address | undefined;
  /** What of the spec it does not follow, for people to read. */
  readonly remarks: readonly string[];
  /** The end of its output, of stdout and stderr as they came; readable after its end too. */
  readonly log: () => string;
  /** SIGTERM, and SIGKILL after that long (0: at once). Resolved when it is gone. A second call can only shorten the time. */
  readonly stop: (graceMs: number) => Promise<void>;
  /** Runs a command beside it. Rejects when there is no such program. */
  readonly exec: (command: readonly string[], timeoutMs: number) => Promise<ExecResult>;
}

/** What runs containers for the kubelets, as containerd does for real ones. */
export interface ContainerRuntime {
  /** Has the content of an image. Throws PullError. */
  readonly pull: (request: PullRequest) => Promise<void>;
  /** Starts a container of an image that was pulled. Throws, with the runtime's words, when its program cannot be started. */
  readonly start: (spec: ContainerSpec) => Promise<RunningContainer>;
}
