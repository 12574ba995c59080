/** What `docker inspect` shows under Config: how a container of the image starts. */
export interface RunConfig {
  /** In the order of their first ENV. */
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly workdir: string;
  readonly exposed: readonly string[];
  readonly user?: string;
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly stopSignal?: string;
}

/** A stage as far as it is built. */
export interface Stage {
  /** As in `FROM … AS name`, in lower case. */
  readonly name?: string;
  /** A folder that stands for the root of its file system. */
  readonly root: string;
  config: RunConfig;
  /** ARGs declared in this stage that have a value. */
  args: ReadonlyMap<string, string>;
}

export const emptyConfig: RunConfig = { env: new Map(), labels: new Map(), workdir: '/', exposed: [] };
