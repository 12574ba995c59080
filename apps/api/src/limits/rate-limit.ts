import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** Answers 429 with Retry-After to a client that exceeds its rate. A client is the remote address of its connection, so a proxy counts as one. */
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
