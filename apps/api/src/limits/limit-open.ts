import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { SharesOptions } from './shares.ts';
import { createShares } from './shares.ts';

/**
 * Answers 503 with Retry-After while too many requests are open, of all or of this sender. A request is open from its head until its response is sent, so
 * that neither a body that comes slowly nor a response that is not read is without a bound.
 */
export function limitOpen(options: SharesOptions): MiddlewareHandler<ApiEnv> {
  const take = createShares(options);
  return async function limitOpenRequests(c, next) {
    const release = take(c);
    if (release === undefined) {
      throw new ApiProblem('busy', 'As many requests as are served at the same time are open: try again.', {
        headers: { 'Retry-After': '1' },
      });
    }
    const outgoing = c.env?.outgoing;
    const isSent = outgoing === undefined || outgoing.destroyed;
    outgoing?.once('close', release);
    try {
      await next();
    } finally {
      if (isSent) release();
    }
  };
}
