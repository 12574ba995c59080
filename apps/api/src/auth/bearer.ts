import type { MiddlewareHandler } from 'hono';
import { ApiProblem } from '../problems/api-problem.ts';
import { matchesAny } from './secrets.ts';

const form = /^Bearer +(?<token>[\x21-\x7e]+) *$/i;

/** Accepts requests with one of these bearer tokens (RFC 6750 §2.1); answers 401 to all others. */
export function requireBearer(tokens: readonly string[]): MiddlewareHandler {
  const known = matchesAny(tokens);
  return async function bearer(c, next) {
    const header = c.req.header('Authorization');
    if (header === undefined) {
      throw refusal('A token is required: send it as "Authorization: Bearer <token>".', 'Bearer realm="keelson"');
    }
    const token = form.exec(header)?.groups?.token;
    if (token === undefined || !known(token)) {
      const challenge = 'Bearer realm="keelson", error="invalid_token"';
      throw refusal('The token in the Authorization header is not accepted for this path.', challenge);
    }
    await next();
  };
}

function refusal(detail: string, challenge: string): ApiProblem {
  return new ApiProblem('unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } });
}
