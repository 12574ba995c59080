import type { ListenAddress } from './listen-address.ts';
import type { logLevels } from './settings.ts';

export type LogLevel = (typeof logLevels)[number];

/** The settings from the environment, checked, with every default filled in. `token`, `webhookToken` and `redisUrl` are secrets. */
export interface Config {
  /** REDIS_URL: `redis:` or `rediss:`. Absent: the caller starts a Redis of its own. */
  readonly redisUrl?: string;
  /** KEELSON_REDIS_CA: path of the CA of its certificate. Absent: the CAs that Node.js knows. */
  readonly redisCa?: string;
  /** KEELSON_LISTEN: where the API listens. */
  readonly listen: ListenAddress;
  /** KEELSON_TOKEN: the bearer token of the API. It or `tokens` is set when `listen` is not loopback. */
  readonly token?: string;
  /** KEELSON_WEBHOOK_TOKEN: a bearer token for the webhooks only. */
  readonly webhookToken?: string;
  /** KEELSON_TOKENS: path of a YAML file of tokens that may do a part, each in its namespaces. The file is not read here. */
  readonly tokens?: string;
  /** KEELSON_HEALTH_LISTEN: where a worker that runs apart from the API serves health and metrics. */
  readonly healthListen: ListenAddress;
  /** KEELSON_NAMESPACES: the namespaces to watch. Absent: all. */
  readonly namespaces?: readonly string[];
  /** KEELSON_REGISTRIES: path of a K3s `registries.yaml`. The file is not read here. */
  readonly registries?: string;
  /** KEELSON_INSECURE_REGISTRIES: `host[:port]` of registries accessed over plain HTTP, `*` for any port, and of those on this machine and its link. */
  readonly insecureRegistries: readonly string[];
  /** KEELSON_MIRRORS_ONLY: use only the mirrors of a registry that has some in registries.yaml, never the registry itself (K3s' `--disable-default-registry-endpoint`). */
  readonly mirrorsOnly: boolean;
  /** KEELSON_RETENTION_COUNT, KEELSON_RETENTION_DAYS: rollouts kept for each workload, and for how many days. */
  readonly retention: { readonly count: number; readonly days: number };
  /** KEELSON_SOAK_SECONDS: how long the pods of a complete rollout are watched before it succeeds, in seconds, unless the workload says otherwise. */
  readonly soakSeconds: number;
  /** KEELSON_GRACE_SECONDS: how long a shutdown may take, in seconds. */
  readonly graceSeconds: number;
  /** KEELSON_LOG_LEVEL. */
  readonly logLevel: LogLevel;
  /** KEELSON_PREFIX: the prefix of every key in Redis. In braces for Redis Cluster. */
  readonly prefix: string;
  /** KEELSON_POLL_CONCURRENCY: checks that one worker runs at the same time. */
  readonly pollConcurrency: number;
  /** KUBECONFIG: one or more paths with colons. Absent: ~/.kube/config, or in-cluster. */
  readonly kubeconfig?: string;
  /** Variables that look like settings of Keelson and are not. */
  readonly warnings: readonly ConfigWarning[];
}

/** A variable that looks like a setting of Keelson and is not. */
export interface ConfigWarning {
  readonly variable: string;
  /** The setting that was probably meant. */
  readonly meant?: string;
  /** For people: the variable, and the setting that was probably meant. */
  readonly message: string;
}
