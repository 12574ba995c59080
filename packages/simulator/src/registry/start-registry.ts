import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '@keelson/process';
import type { Call, Reply } from './call.ts';
import type { PushEvent } from './events.ts';
import { Faults } from './faults.ts';
import { refusal } from './guard.ts';
import { Notifier } from './notifier.ts';
import { respond } from './respond.ts';
import { noRoute, route } from './routes.ts';
import { Store } from './store.ts';
import { Tokens } from './tokens.ts';
import type { RegistryOptions, RegistryServer, RequestRecord } from './types.ts';

const requestsKept = 100_000;
const pushHeader = 'x-keelson-testkit';

/** A real OCI distribution registry over HTTP on loopback, with content in memory (distribution-spec 1.1). */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryServer> {
  const { auth = { type: 'none' }, notify = [], port = 0, now = Date.now } = options;
  const store = new Store();
  const faults = new Faults();
  const notifier = new Notifier(notify);
  const requests: RequestRecord[] = [];
  const pass = randomUUID();
  const tokens = new Tokens(auth.type === 'bearer' ? auth : { type: 'bearer' }, now);
  // A connection that is closed just as a busy client uses it again would be a failure of the registry.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  function answer(call: Call, trusted: boolean): Reply {
    if (call.path === '/token' && auth.type === 'bearer') return tokens.answer(call);
    const found = route(store, call, (event: PushEvent) => notifier.send(event, host));
    const refused = trusted ? undefined : refusal(auth, tokens, `http://${host}/token`, call, found?.access);
    return refused ?? found?.handle() ?? noRoute();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await read(request);
    if (request.headers[pushHeader] === pass) {
      await respond(response, call, answer(call, true), undefined);
      return;
    }
    const record = log(request, call);
    const fault = faults.take(call);
    // A request that fails on the way changes nothing, as if it had not been understood.
    const ignored = fault?.type === 'hang' || fault?.type === 'reset' || fault?.type === 'status';
    const reply = ignored ? { status: 500 } : answer(call, false);
    const status = await respond(response, call, reply, fault);
    if (status !== undefined) record.status = status;
  }

  function log(request: IncomingMessage, call: Call): RequestRecord {
    const query = call.query.toString();
    const record = { method: call.method, path: call.path, query, headers: request.headers, time: Date.now() };
    if (requests.length >= requestsKept) requests.splice(0, requestsKept / 10);
    requests.push(record);
    return record;
  }

  const host = `127.0.0.1:${await listen(server, port)}`;

  async function end(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, notifier.stop()]);
  }
  let ended: Promise<void> | undefined;

  return {
    host,
    url: `http://${host}`,
    requests,
    faults,
    pushHeaders: { [pushHeader]: pass },
    get tokensIssued() {
      return tokens.issued;
    },
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://registry.invalid');
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: request.headers,
    body: await buffer(request),
    client: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
  };
}
