import { getRequestListener } from '@hono/node-server';
import type { Config } from '@keelson/config';
import type { History, HistoryOptions } from '@keelson/history';
import { createHistory } from '@keelson/history';
import type { Logger } from '@keelson/log';
import type { Producer } from '@keelson/queue';
import { createProducer, imagePatch, registryPoll, removeFields } from '@keelson/queue';
import { Registry } from 'prom-client';
import manifest from '../package.json' with { type: 'json' };
import { createApi } from './app.ts';
import { refuseUnreadable } from './problems/respond.ts';
import { closeServer } from './serve/close.ts';
import { listen } from './serve/listen.ts';

export interface ApiOptions {
  readonly config: Pick<Config, 'listen' | 'token' | 'webhookToken' | 'prefix' | 'retention' | 'graceSeconds'> & {
    readonly redisUrl: string;
  };
  readonly log: Logger;
  /** Shared with a worker in the same process; whoever made them closes them. @default its own, on config.redisUrl */
  readonly history?: History;
  readonly producer?: Pick<Producer, 'add'>;
  /** What else in this process has to be ready, for /readyz; a sentence for each thing that is not. */
  readonly problems?: () => Promise<readonly string[]>;
  /** What /metrics shows besides the API's own figures. */
  readonly metrics?: Registry;
}

export interface RunningApi {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Ends the event streams, lets requests end within the grace period, closes what it opened. */
  stop(): Promise<void>;
}

/**
 * The API on a socket.
 *
 * @throws Error with a sentence when the address cannot be bound, or is reachable from elsewhere without a token.
 */
export async function startApi({ config, log, metrics = new Registry(), ...given }: ApiOptions): Promise<RunningApi> {
  const { redisUrl: redis, prefix, token, webhookToken } = config;
  const { server, url, loopback } = await listen(config.listen);
  if (!loopback && token === undefined) {
    await closeServer(server, 0);
    throw new Error(`The API would listen on ${url} without a token: set KEELSON_TOKEN, or listen on 127.0.0.1.`);
  }

  const opened: { close(): Promise<void> }[] = [];
  const own = <Connection extends { close(): Promise<void> }>(connection: Connection): Connection => {
    opened.push(connection);
    return connection;
  };
  const history = given.history ?? own(createHistory({ redis, prefix, retention: retentionOf(config.retention) }));
  const producer = given.producer ?? own(createProducer({ redis, prefix }));
  const stopping = new AbortController();
  const app = createApi({
    history,
    requestCheck: (workload, trigger, notBefore) => producer.add(registryPoll, { workload, trigger, notBefore }),
    requestPatch: (rollout) => producer.add(imagePatch, { rollout }),
    requestRelease: (workload) => producer.add(removeFields, { workload }),
    ...(token !== undefined && { token }),
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
  server.on('request', (incoming, outgoing) => void serve(incoming, outgoing));
  log.info({ url }, 'the API listens');

  return {
    url,
    async stop() {
      stopping.abort();
      await closeServer(server, config.graceSeconds * 1_000);
      await Promise.all(opened.map((connection) => connection.close()));
    },
  };
}

const dayMs = 24 * 3_600_000;

function retentionOf({ count, days }: Config['retention']): NonNullable<HistoryOptions['retention']> {
  return { perWorkload: count, maxAgeMs: days * dayMs };
}
