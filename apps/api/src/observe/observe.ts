import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import type { ApiMetrics } from './metrics.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures every request and logs it at debug level: the path without its query, and no header. */
export function observe(log: ApiDeps['log'], metrics: Pick<ApiMetrics, 'requestSeconds'>): MiddlewareHandler<ApiEnv> {
  return async function observed(c, next) {
    const start = performance.now();
    await next();
    const ms = performance.now() - start;
    const { status } = c.res;
    const method = methods.has(c.req.method) ? c.req.method : 'other';
    const route = status === 404 || status === 405 ? 'none' : routePath(c, -1);
    metrics.requestSeconds.observe({ method, route, status: String(status) }, ms / 1000);
    log.debug({ requestId: c.get('requestId'), method, path: c.req.path, status, ms: Math.round(ms) }, 'request');
  };
}
