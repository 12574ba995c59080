import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { request } from 'node:http';
import type { Endpoint } from './endpoints.ts';
import { sayUnavailable } from './pages.ts';

/** Headers that are about one connection only (RFC 9110, 7.6.1). */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Methods whose request may be made again when the first pod broke off before it answered (RFC 9110, 9.2.2). */
const safeToRepeat = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Leads a request to the first of these pods, and to the next one when no connection comes about, or when a pod breaks off before it
 * has answered and the request may be repeated. Answers 503 when there is none, 502 when the last one broke off.
 *
 * @param host - of the Ingress: what the app is to believe it is called
 */
export function proxy(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  host: string,
  pods: readonly Endpoint[],
): void {
  const [pod, ...others] = pods;
  if (pod === undefined) {
    sayUnavailable(outgoing, 503, `No pod of ${host} is ready.`);
    return;
  }
  let connected = false;
  const sent = request({
    host: pod.host,
    port: pod.port,
    method: incoming.method,
    path: incoming.url,
    headers: headersFor(incoming, host),
    // a connection for each request: one that is kept could be closed just when it is used again
    agent: false,
  });
  sent.once('socket', (socket) => {
    socket.once('connect', () => {
      connected = true;
      // no byte of the body is spent on a pod that cannot be reached
      incoming.pipe(sent);
    });
  });
  sent.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutConnection(answer.headers));
    answer.pipe(outgoing);
    answer.once('error', () => outgoing.destroy());
  });
  sent.once('error', (error) => {
    if (outgoing.destroyed) return;
    if (outgoing.headersSent) outgoing.destroy();
    else if (others.length > 0 && (!connected || safeToRepeat.has(incoming.method ?? ''))) {
      incoming.unpipe(sent);
      proxy(incoming, outgoing, host, others);
    } else if (connected) sayUnavailable(outgoing, 502, `Pod ${pod.pod} broke off: ${error.message}.`);
    else sayUnavailable(outgoing, 503, `No pod of ${host} can be reached: ${error.message}.`);
  });
  outgoing.once('close', () => sent.destroy());
}

function headersFor(incoming: IncomingMessage, host: string): OutgoingHttpHeaders {
  const { host: asked, 'x-forwarded-for': before } = incoming.headers;
  const client = incoming.socket.remoteAddress ?? '';
  return {
    ...withoutConnection(incoming.headers),
    // a body of unknown length stays one
    ...(incoming.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    host: host === '*' ? asked : host,
    'x-forwarded-for': before === undefined ? client : `${String(before)}, ${client}`,
    'x-forwarded-host': asked,
    'x-forwarded-proto': 'http',
  };
}

function withoutConnection(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)));
}
