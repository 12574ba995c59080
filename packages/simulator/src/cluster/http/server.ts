import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { ApiError, methodNotAllowed, noSuchResource } from '../api-error.ts';
import { authorize } from './auth.ts';
import { mediaType, readBody } from './body.ts';
import { discovery } from './discovery.ts';
import { wantsMetadataOnly } from './encode.ts';
import type { Failure, FaultAction, Faults, SeenRequest } from './faults.ts';
import { flagIn } from './query.ts';
import type { RequestLog } from './request-log.ts';
import type { Answer, Served } from './resource.ts';
import { serveResource } from './resource.ts';
import { isResourcePath, route } from './route.ts';
import type { Watches } from './watch.ts';

export interface Surroundings {
  readonly served: Served;
  readonly watches: Watches;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly tokens: ReadonlySet<string>;
}

const health = new Set(['/readyz', '/livez', '/healthz']);

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function send(
  response: ServerResponse,
  { status, body, contentType = 'application/json' }: Answer,
  headers = {},
): void {
  const type = status === 204 ? {} : { 'content-type': contentType };
  response.writeHead(status, { ...headers, ...type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error: ${String(error)}`);
  if (!response.headersSent) send(response, { status: known.code, body: JSON.stringify(known.body) });
  else response.destroy();
}

function sendFailure(response: ServerResponse, { status, reason, message, body, headers }: Failure): void {
  const error = new ApiError(status, reason ?? reasons[status], message ?? `simulated failure ${status}`);
  send(response, { status, body: body ?? JSON.stringify(error.body) }, headers);
}

/** Documents that are no resource; undefined when the path is none of them. */
function document(path: string, host: string): Answer | undefined {
  if (health.has(path)) return { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  const found = discovery(path, host);
  return found === undefined ? undefined : { status: 200, body: JSON.stringify(found) };
}

async function serve(
  around: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest,
): Promise<void> {
  const { method, path, query } = seen;
  // the whole body is taken in first, so that a refused request leaves the connection usable
  const body = await readBody(request);
  authorize(request.headers.authorization, around.tokens, method, path);
  if (!isResourcePath(path)) {
    const found = method === 'GET' ? document(path, request.headers.host ?? '') : undefined;
    if (found !== undefined) return send(response, found);
    if (document(path, '') !== undefined) throw methodNotAllowed();
    return send(response, { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' });
  }
  const found = route(path);
  if (found === undefined) throw noSuchResource();
  if (method === 'GET' && flagIn(query, 'watch') === true) {
    const metadataOnly = wantsMetadataOnly(request.headers.accept);
    const { kind, namespace, name } = found;
    if (name !== undefined) query.append('fieldSelector', `metadata.name=${name}`);
    return around.watches.open({ kind, namespace, query, path, metadataOnly }, response);
  }
  send(response, serveResource(around.served, { ...found, request, method, query, body }));
}

/** Carries out a fault; true when the request is dealt with. */
function suffer(action: FaultAction | undefined, response: ServerResponse): boolean {
  if (action?.type === 'fail') sendFailure(response, action.failure);
  return action?.type === 'fail' || action?.type === 'hang';
}

function loseReply(response: ServerResponse): void {
  response.writeHead = () => response;
  response.end = () => response.destroy();
}

async function handle(around: Surroundings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulated');
  const method = request.method ?? 'GET';
  const userAgent = request.headers['user-agent'] ?? '';
  const seen: SeenRequest = { method, path: url.pathname, query: url.searchParams, userAgent };
  const query = Object.fromEntries(url.searchParams);
  const note = around.log.add({
    method,
    path: url.pathname,
    query,
    userAgent,
    contentType: mediaType(request),
    at: Date.now(),
  });
  const watching = flagIn(url.searchParams, 'watch') === true;
  response.on(watching ? 'close' : 'finish', () => note(response.statusCode));
  const action = around.faults.strike(seen);
  if (suffer(action, response)) return;
  if (action?.type === 'lose-reply') loseReply(response);
  try {
    await serve(around, request, response, seen);
    if (watching) note(response.statusCode);
  } catch (error) {
    sendError(response, error);
  }
}

/** The API server's HTTP side, not listening yet. */
export function createApiServer(around: Surroundings): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(around, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  return server;
}
