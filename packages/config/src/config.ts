import type { ListenAddress } from './listen-address.ts';
import type { logLevels } from './settings.ts';

export type LogLevel = (typeof logLevels)[number];

/** What the environment says, checked, with every default filled in. `token`, `webhookToken` and `redisUrl` are secrets. */
export interface Config {
  /** REDIS_URL: `redis:` or `rediss:`. Absent: the caller starts a server of its own. */
  readonly redisUrl?: string;
  /** KEELSON_LISTEN: where the API listens. */
  readonly listen: ListenAddress;
  /** KEELSON_TOKEN: what callers of the API must show. Always there when `listen` is not loopback. */
  readonly token?: string;
  /** KEELSON_WEBHOOK_TOKEN: opens the webhooks and nothing else. */
  readonly webhookToken?: string;
  /** KEELSON_HEALTH_LISTEN: the worker's own health and metrics when it runs apart from the API. */
  readonly healthListen: ListenAddress;
  /** KEELSON_NAMESPACES: watch only these. Absent: all. */
  readonly namespaces?: readonly string[];
  /** KEELSON_REGISTRIES: path of a K3s `registries.yaml`. Only the path: whoever uses it reads the file. */
  readonly registries?: string;
  /** KEELSON_INSECURE_REGISTRIES: `host[:port]` that are accessed over plain HTTP. */
  readonly insecureRegistries: readonly string[];
  /** KEELSON_MIRRORS_ONLY: where registries.yaml names mirrors, never use the registry itself (K3s' `--disable-default-registry-endpoint`). */
  readonly mirrorsOnly: boolean;
  /** KEELSON_RETENTION_COUNT, KEELSON_RETENTION_DAYS: rollouts kept for each workload, and for how long. */
  readonly retention: { readonly count: number; readonly days: number };
  /** KEELSON_SOAK_SECONDS: how long a complete rollout is watched before it counts as good, where a workload does not say. */
  readonly soakSeconds: number;
  /** KEELSON_GRACE_SECONDS: what a shutdown may take. */
  readonly graceSeconds: number;
  /** KEELSON_LOG_LEVEL. */
  readonly logLevel: LogLevel;
  /** KEELSON_PREFIX: what every key in Redis begins with. In braces for Redis Cluster. */
  readonly prefix: string;
  /** KEELSON_POLL_CONCURRENCY: checks that one worker runs at once. */
  readonly pollConcurrency: number;
  /** KUBECONFIG, as it is. Absent: in-cluster, or the user's own. */
  readonly kubeconfig?: string;
  /** Variables that look meant for Keelson and are not read. */
  readonly warnings: readonly ConfigWarning[];
}

export interface ConfigWarning {
  readonly variable: string;
  /** The setting that was probably meant. */
  readonly meant?: string;
  /** One sentence. */
  readonly message: string;
}
