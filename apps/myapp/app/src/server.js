import { createServer } from 'node:http';
import { page, pageHeaders } from './page.js';

/**
 * The app: its page at /, the same as JSON at /api/version, its health at /api/health.
 *
 * @param about what `aboutFrom` returns
 * @returns the server, and `drain`, after which it answers 503 at /api/health and closes connections
 */
export function createApp(about) {
  let draining = false;
  const routes = {
    '/': () => ({ status: 200, headers: pageHeaders, body: page(about) }),
    '/api/version': () => json(200, about),
    '/api/health': () => (draining ? json(503, { status: 'ending' }) : json(200, { status: 'ok' })),
  };

  // An Ingress keeps its connections for 90 s (Traefik). If the server closed one earlier, a request could be lost on it.
  const server = createServer({ keepAliveTimeout: 95_000 }, (request, response) => {
    if (draining) response.setHeader('connection', 'close');
    const [path] = request.url.split('?', 1);
    const answer = Object.hasOwn(routes, path)
      ? answerTo(request, routes[path])
      : json(404, { error: `nothing is at ${path}` });
    send(response, answer);
  });

  return {
    server,
    drain() {
      draining = true;
    },
  };
}

function answerTo({ method }, route) {
  if (method === 'GET' || method === 'HEAD') return route();
  return { ...json(405, { error: `${method} is not possible here, only GET` }), allow: 'GET, HEAD' };
}

function json(status, value) {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${JSON.stringify(value)}\n` };
}

/** No response may be cached: the next one may come from another pod, or another version. */
function send(response, { status, headers, body, allow }) {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...(allow && { allow }),
    ...headers,
  });
  response.end(body);
}
