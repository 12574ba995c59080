import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** Refuses with 429 and Retry-After. A client is the address of its connection: a proxy in front counts as one. */
export function rateLimit(take: (client: string) => number): MiddlewareHandler<ApiEnv> {
  return async function limit(c, next) {
    const waitMs = take(c.env?.incoming?.socket.remoteAddress ?? '');
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new ApiProblem('rate-limited', `Too many requests from this address: try again in ${seconds} s.`, {
        headers: { 'Retry-After': String(seconds) },
      });
    }
    await next();
  };
}
