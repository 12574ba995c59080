import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { senderOf } from './sender.ts';

/** Charges the sender of a request. @throws ApiProblem `rate-limited` with Retry-After where it has nothing left. */
export type Charge = (c: Context<ApiEnv>, count: number) => void;

export function createCharge(take: (sender: string, count: number) => number): Charge {
  return (c, count) => {
    if (count < 1) return;
    const waitMs = take(senderOf(c).sender, count);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new ApiProblem(
      'rate-limited',
      `Too much was sent with this token from this address: try again in ${seconds} s.`,
      {
        headers: { 'Retry-After': String(seconds) },
      },
    );
  };
}

/** Charges each request once, or those of one method. */
export function chargeEach(charge: Charge, method?: string): MiddlewareHandler<ApiEnv> {
  return async function chargeOnce(c, next) {
    if (method === undefined || c.req.method === method) charge(c, 1);
    await next();
  };
}
