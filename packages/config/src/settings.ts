import { z } from 'zod';
import { listenAddress } from './listen-address.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const token = z.string().regex(/^[\x21-\x7e]+$/);
const tokenForm = 'printable ASCII without spaces, as an Authorization header carries it';

/** Every setting with its default. Its description completes "it must be …" in an error. */
export const settings = z.object({
  redisUrl: z
    .string()
    .regex(/^rediss?:\/\/[^\s/]/i)
    .pipe(z.url())
    .exactOptional()
    .describe('a URL like redis://127.0.0.1:6379 or rediss://user:password@host:6379/0'),
  redisCa: z.string().exactOptional().describe('the path of a PEM file'),
  listen: listenAddress
    .default({ host: '127.0.0.1', port: 8080 })
    .describe('host:port, like 127.0.0.1:8080 or [::1]:8080'),
  token: token.exactOptional().describe(tokenForm),
  webhookToken: token.exactOptional().describe(tokenForm),
  tokens: z.string().exactOptional().describe('the path of a YAML file of tokens'),
  healthListen: listenAddress
    .default({ host: '127.0.0.1', port: 8081 })
    .describe('host:port, like 127.0.0.1:8081 or [::1]:8081'),
  namespaces: list(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/)
    .exactOptional()
    .describe('namespace names with commas between them, like myapp,blog; leave it out to watch all'),
  registries: z.string().exactOptional().describe('the path of a registries.yaml'),
  insecureRegistries: list(/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?:\d{1,5}|\*))?$/i)
    .default([])
    .describe('registry hosts with commas between them, without scheme or path, like 127.0.0.1:5000,registry.lan'),
  mirrorsOnly: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(false)
    .describe('true or false'),
  retentionCount: wholeNumber(1, 100_000).default(100).describe('a whole number from 1 to 100000'),
  retentionDays: wholeNumber(1, 36_500).default(365).describe('a whole number of days from 1 to 36500'),
  soakSeconds: wholeNumber(0, 86_400).default(120).describe('a whole number of seconds from 0 to 86400'),
  graceSeconds: wholeNumber(1, 3600).default(20).describe('a whole number of seconds from 1 to 3600'),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  prefix: z
    .string()
    .regex(/^(?:[\w-]{1,64}|\{[\w-]{1,64}\})$/)
    .default('keelson')
    .describe('letters, digits, _ and -, like keelson, or {keelson} for Redis Cluster'),
  pollConcurrency: wholeNumber(1, 10_000).default(500).describe('a whole number from 1 to 10000'),
  kubeconfig: z.string().exactOptional().describe('the path of a kubeconfig'),
});

export type SettingName = keyof typeof settings.shape;

/** The environment variable of each setting. */
export const variables = {
  redisUrl: 'REDIS_URL',
  redisCa: 'KEELSON_REDIS_CA',
  listen: 'KEELSON_LISTEN',
  token: 'KEELSON_TOKEN',
  webhookToken: 'KEELSON_WEBHOOK_TOKEN',
  tokens: 'KEELSON_TOKENS',
  healthListen: 'KEELSON_HEALTH_LISTEN',
  namespaces: 'KEELSON_NAMESPACES',
  registries: 'KEELSON_REGISTRIES',
  insecureRegistries: 'KEELSON_INSECURE_REGISTRIES',
  mirrorsOnly: 'KEELSON_MIRRORS_ONLY',
  retentionCount: 'KEELSON_RETENTION_COUNT',
  retentionDays: 'KEELSON_RETENTION_DAYS',
  soakSeconds: 'KEELSON_SOAK_SECONDS',
  graceSeconds: 'KEELSON_GRACE_SECONDS',
  logLevel: 'KEELSON_LOG_LEVEL',
  prefix: 'KEELSON_PREFIX',
  pollConcurrency: 'KEELSON_POLL_CONCURRENCY',
  kubeconfig: 'KUBECONFIG',
} as const satisfies Record<SettingName, string>;

/** Settings whose values never appear in a message. */
export const secrets: ReadonlySet<SettingName> = new Set(['redisUrl', 'token', 'webhookToken']);

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

function list(item: RegExp) {
  return z
    .string()
    .transform((text) => [...new Set(text.split(',').map((entry) => entry.trim()))].filter((entry) => entry !== ''))
    .pipe(z.array(z.string().regex(item)).min(1));
}
