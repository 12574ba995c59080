import { basicUser } from './basic.ts';
import type { Call, Reply } from './call.ts';
import { failure } from './replies.ts';
import type { Access } from './routes.ts';
import type { Tokens } from './tokens.ts';
import type { RegistryAuth } from './types.ts';

/** The refusal that a request deserves, or undefined where it may pass. */
export function refusal(
  auth: RegistryAuth,
  tokens: Tokens,
  realm: string,
  call: Call,
  access: Access | undefined,
): Reply | undefined {
  switch (auth.type) {
    case 'none':
      return undefined;
    case 'basic':
      return basicUser(call, auth.users) === undefined ? unauthorized('Basic realm="keelson test"') : undefined;
    case 'bearer': {
      const token = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
      const verdict = tokens.check(token, access);
      if (verdict === 'ok') return undefined;
      const scope = access === undefined ? '' : `,scope="repository:${access.repository}:${scopeActions(access)}"`;
      const error = token === undefined ? '' : `,error="${verdict}"`;
      return unauthorized(`Bearer realm="${auth.realm ?? realm}",service="keelson-test"${scope}${error}`);
    }
  }
}

function scopeActions({ action }: Access): string {
  return action === 'push' ? 'pull,push' : action;
}

function unauthorized(challenge: string): Reply {
  return failure(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
}
