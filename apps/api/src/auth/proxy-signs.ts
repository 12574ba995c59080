import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';

/** Headers that proxies, load balancers and tunnels add, and that no client of this API sends. */
const added = new Set([
  'forwarded',
  'via',
  'cdn-loop',
  'client-ip',
  'true-client-ip',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-proxyuser-ip',
  'x-scheme',
  'x-request-start',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-nginx-proxy',
  'x-varnish',
  'remote-user',
  'wl-proxy-client-ip',
  'proxy-client-ip',
]);

/** How the other such headers begin: `X-Forwarded-For`, `X-Envoy-External-Address`, `CF-Connecting-IP`, `Tailscale-User-Login` … */
const prefixes = [
  'x-forwarded',
  'x-original-',
  'x-envoy-',
  'x-remote-',
  'x-auth-request-',
  'x-haproxy-',
  'x-traefik-',
  'x-arr-',
  'x-azure-',
  'x-appengine-',
  'x-amz-cf-',
  'x-vercel-',
  'x-ms-client-',
  'cf-',
  'fastly-',
  'fly-',
  'tailscale-',
  'ngrok-',
];

/**
 * What shows that a proxy passed this request on, for a message; undefined where nothing does. HTTP/1.0 counts: nginx speaks it to what is behind it unless
 * it is configured otherwise, and then adds no header.
 */
export function proxySign(c: Context<ApiEnv>): string | undefined {
  if (c.env?.incoming?.httpVersionMajor === 1 && c.env.incoming.httpVersionMinor === 0) return 'is HTTP/1.0';
  for (const name of c.req.raw.headers.keys()) {
    if (added.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) return `has the header ${name}`;
  }
  return undefined;
}
