import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';

/**
 * Headers that proxies, load balancers and tunnels add, and that no client of this API sends: about who is in front of them, in whichever spelling, and
 * about themselves.
 */
const added = [
  /(?:^|-)(?:forward|proxy|proxied|via)/,
  /(?:^|-)(?:client|connecting|real|remote|true|origin|edge|viewer)-?(?:ip|addr|address|host|port|scheme|proto|cert|user)/,
  /^(?:x-)?(?:remote|original|rewrite|auth-request|webauth|ssl|real|ms-client)-/,
  /^(?:x-(?:host|scheme|url-scheme|https|request-start|server-name)|front-end-https|early-data|client-cert|surrogate-capability|max-forwards)$/,
  /^(?:x-)?(?:akamai|amz-cf|amzn|appengine|appgw|arr|authentik|azure|bluecoat|caddy|cdn|cf|cloud-trace|cloudfront|consumer|envoy|fastly|fly|goog-(?:authenticated|iap)|haproxy|incap|kong|nf|nginx|ngrok|pomerium|railway|render|replit|squid|sucuri|tailscale|traefik|varnish|vercel)(?:-|$)/,
];

/**
 * What shows that a proxy passed this request on, for a message; undefined where nothing does. HTTP/1.0 counts: nginx speaks it to what is behind it unless
 * it is configured otherwise, and then adds no header.
 */
export function proxySign(c: Context<ApiEnv>): string | undefined {
  if (c.env?.incoming?.httpVersionMajor === 1 && c.env.incoming.httpVersionMinor === 0) return 'is HTTP/1.0';
  // Clients write the whole URL to proxies only, and a server has to believe it more than the Host (RFC 9112).
  if (c.env?.incoming?.url !== undefined && !/^(?:\/|\*$)/.test(c.env.incoming.url)) return 'names a whole URL';
  for (const name of c.req.raw.headers.keys()) {
    if (added.some((pattern) => pattern.test(name))) return `has the header ${name}`;
  }
  return undefined;
}
