import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { Access } from './access.ts';
import type { Known } from './secrets.ts';
import { findMatch } from './secrets.ts';

const form = /^Bearer +(?<token>[\x21-\x7e]+) *$/i;

/** Accepts requests with one of these bearer tokens (RFC 6750 §2.1), and sets what they may do; answers 401 to all others. */
export function requireBearer(
  tokens: () => readonly Known<Access>[],
  setAccess: (c: Context<ApiEnv>, access: Access) => void,
): MiddlewareHandler<ApiEnv> {
  return async function bearer(c, next) {
    const header = c.req.header('Authorization');
    if (header === undefined) {
      throw refusal('A token is required: send it as "Authorization: Bearer <token>".', 'Bearer realm="keelson"');
    }
    const token = form.exec(header)?.groups?.token;
    const access = token === undefined ? undefined : findMatch(tokens(), token);
    if (access === undefined) {
      const challenge = 'Bearer realm="keelson", error="invalid_token"';
      throw refusal('The token in the Authorization header is not accepted for this path.', challenge);
    }
    setAccess(c, access);
    await next();
  };
}

function refusal(detail: string, challenge: string): ApiProblem {
  return new ApiProblem('unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } });
}
