import { isLoopback } from '@keelson/config';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { proxySign } from './proxy-signs.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Protects an API on loopback that has no token: neither a web page open in a browser on this machine nor whoever reaches a proxy on it may use
 * Keelson. A request that a proxy passed on is recognised by what proxies add (`proxied`, 403), since a proxy may rewrite the Host. A page whose name was rebound to 127.0.0.1 is recognised by the Host header (`foreign-host`, 403), a form or script of another site by
 * Sec-Fetch-Site (Fetch Metadata) or Origin (`cross-site`, 403).
 */
export function loopbackGuard(): MiddlewareHandler<ApiEnv> {
  return async function guard(c, next) {
    const host = hostOf(c.req.header('Host') ?? new URL(c.req.url).host);
    if (host === undefined || !isLoopback(host.hostname.replace(/^\[(.*)\]$/, '$1'))) {
      throw new ApiProblem(
        'foreign-host',
        'Without a token, the Host must be localhost or a loopback address: use http://localhost, or set KEELSON_TOKEN.',
      );
    }
    const sign = proxySign(c);
    if (sign !== undefined) {
      throw new ApiProblem(
        'proxied',
        `This request ${sign}, so a proxy passed it on and others may reach the API: set KEELSON_TOKEN, or send it without the proxy.`,
      );
    }
    if (!safeMethods.has(c.req.method) && isCrossSite(c.req.header('Sec-Fetch-Site'), c.req.header('Origin'), host)) {
      throw new ApiProblem(
        'cross-site',
        'This request comes from a page of another site: send it from outside a browser, or set KEELSON_TOKEN.',
      );
    }
    await next();
  };
}

function isCrossSite(site: string | undefined, origin: string | undefined, host: URL): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `http://${host.host}`;
}

function hostOf(header: string): URL | undefined {
  if (/[/?#@\\]/.test(header)) return undefined;
  return URL.parse(`http://${header}`) ?? undefined;
}
