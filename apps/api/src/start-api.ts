import { getRequestListener } from '@hono/node-server';
import type { Config } from '@keelson/config';
import type { History, HistoryOptions } from '@keelson/history';
import { createHistory, reportOnce } from '@keelson/history';
import type { Logger } from '@keelson/log';
import type { Producer } from '@keelson/queue';
import { createProducer, imagePatch, registryPoll, removeFields } from '@keelson/queue';
import { targetOf } from '@keelson/redis';
import { Registry } from 'prom-client';
import manifest from '../package.json' with { type: 'json' };
import { createApi } from './app.ts';
import type { TokensFile } from './auth/tokens/open-tokens.ts';
import { checkTokens, openTokens } from './auth/tokens/open-tokens.ts';
import { createUnreadableCounter } from './observe/metrics.ts';
import { refuseUnreadable } from './problems/respond.ts';
import { closeServer } from './serve/close.ts';
import { limitPipelined } from './serve/limit-pipelined.ts';
import type { Listening } from './serve/listen.ts';
import { listen } from './serve/listen.ts';

export interface ApiOptions {
  readonly config: Pick<
    Config,
    'listen' | 'token' | 'tokens' | 'webhookToken' | 'redisCa' | 'prefix' | 'retention' | 'graceSeconds'
  > & {
    readonly redisUrl: string;
  };
  readonly log: Logger;
  /** Shared with a worker in the same process, and closed by the caller. @default a new one, on config.redisUrl */
  readonly history?: History;
  /** Shared and closed like `history`. @default a new one, on config.redisUrl */
  readonly producer?: Pick<Producer, 'add'>;
  /** What else in this process is not ready, for /readyz: one message each. */
  readonly problems?: () => Promise<readonly string[]>;
  /** The registry that /metrics shows; the API adds its own metrics to it. */
  readonly metrics?: Registry;
}

export interface RunningApi {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Ends the event streams, waits for open requests within the grace period, and closes what `startApi` opened. */
  stop(): Promise<void>;
}

/**
 * Starts the API on a socket.
 *
 * @throws Error when the address cannot be bound, the file of tokens is wrong, or other machines can reach it and no token is set; the message says what to do.
 */
export async function startApi({ config, log, metrics = new Registry(), ...given }: ApiOptions): Promise<RunningApi> {
  const redis = targetOf(config);
  const { prefix, token, webhookToken } = config;
  const tokens = config.tokens === undefined ? undefined : openTokens(fileOf(config, config.tokens), log);
  const { server, url, loopback } = await bind(config).catch((error: unknown) => {
    tokens?.close();
    throw error;
  });

  const opened: { close(): Promise<void> }[] = [];
  const own = <Connection extends { close(): Promise<void> }>(connection: Connection): Connection => {
    opened.push(connection);
    return connection;
  };
  const unreadable = createUnreadableCounter(metrics);
  const onCorrupt = reportOnce((error) => {
    unreadable.inc();
    log.error({ err: error }, 'a record in Redis cannot be read');
  });
  const retention = retentionOf(config.retention);
  const history = given.history ?? own(createHistory({ redis, prefix, retention, onCorrupt }));
  const producer = given.producer ?? own(createProducer({ redis, prefix }));
  const stopping = new AbortController();
  const app = createApi({
    history,
    requestCheck: (workload, trigger, notBefore) => producer.add(registryPoll, { workload, trigger, notBefore }),
    requestPatch: ({ id, workload }) => producer.add(imagePatch, { workload, rollout: id }),
    requestRemoval: (workload) => producer.add(removeFields, { workload }),
    ...(token !== undefined && { token }),
    ...(tokens && { tokens: tokens.current }),
    ...(webhookToken !== undefined && { webhookToken }),
    loopback,
    log,
    metrics,
    version: manifest.version,
    now: Date.now,
    stopping: stopping.signal,
    ...(given.problems && { problems: given.problems }),
  });
  const serve = getRequestListener(app.fetch, { errorHandler: refuseUnreadable });
  limitPipelined(server);
  server.on('request', (incoming, outgoing) => {
    if (!incoming.socket.destroyed) void serve(incoming, outgoing);
  });
  log.info({ url }, 'API listens');

  return {
    url,
    async stop() {
      stopping.abort();
      tokens?.close();
      await closeServer(server, config.graceSeconds * 1_000);
      await Promise.all(opened.map((connection) => connection.close()));
    },
  };
}

/** @throws Error as `startApi` does, before anything is started for it. */
export async function checkApi(config: Pick<Config, 'listen' | 'token' | 'tokens' | 'webhookToken'>): Promise<void> {
  if (config.tokens !== undefined) checkTokens(fileOf(config, config.tokens));
  await closeServer((await bind(config)).server, 0);
}

async function bind(config: Pick<Config, 'listen' | 'token' | 'tokens'>): Promise<Listening> {
  const listening = await listen(config.listen);
  const { server, url, loopback } = listening;
  if (loopback || config.token !== undefined || config.tokens !== undefined) return listening;
  await closeServer(server, 0);
  throw new Error(`The API would listen on ${url} without a token: set KEELSON_TOKEN, or listen on 127.0.0.1.`);
}

function fileOf({ token, webhookToken }: Pick<Config, 'token' | 'webhookToken'>, path: string): TokensFile {
  return { path, reserved: { KEELSON_TOKEN: token, KEELSON_WEBHOOK_TOKEN: webhookToken } };
}

const dayMs = 24 * 3_600_000;

function retentionOf({ count, days }: Config['retention']): NonNullable<HistoryOptions['retention']> {
  return { perWorkload: count, maxAgeMs: days * dayMs };
}
