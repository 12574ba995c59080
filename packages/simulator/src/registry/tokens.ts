import { randomBytes } from 'node:crypto';
import { basicUser } from './basic.ts';
import type { Call, Reply } from './call.ts';
import { failure, json } from './replies.ts';
import type { Access } from './routes.ts';
import type { BearerAuth } from './types.ts';

interface Grant {
  /** `repository:<name>:<action>` each. */
  readonly scopes: ReadonlySet<string>;
  readonly expires: number;
}

/** The token endpoint and the tokens that it gave out. */
export class Tokens {
  issued = 0;
  readonly #grants = new Map<string, Grant>();
  readonly #auth: BearerAuth;
  readonly #now: () => number;

  constructor(auth: BearerAuth, now: () => number) {
    this.#auth = auth;
    this.#now = now;
  }

  check(token: string | undefined, access: Access | undefined): 'ok' | 'invalid_token' | 'insufficient_scope' {
    const grant = token === undefined ? undefined : this.#grants.get(token);
    if (grant === undefined || grant.expires <= this.#now()) return 'invalid_token';
    if (access === undefined) return 'ok';
    return grant.scopes.has(`repository:${access.repository}:${access.action}`) ? 'ok' : 'insufficient_scope';
  }

  /** GET with Basic (spec/auth/token.md) or POST of a form with a refresh token (spec/auth/oauth.md). */
  answer(call: Call): Reply {
    const form = new URLSearchParams(call.method === 'POST' ? call.body.toString('utf8') : '');
    const user = call.method === 'POST' ? this.#refreshUser(form) : basicUser(call, this.#auth.users ?? {});
    const claimed = call.method === 'POST' || call.headers.authorization !== undefined;
    const anonymous = this.#auth.anonymous ?? this.#auth.users === undefined;
    if (user === undefined && (claimed || !anonymous)) return failure(401, 'UNAUTHORIZED', 'authentication required');
    const scopes = [...call.query.getAll('scope'), ...form.getAll('scope')].flatMap((scope) => scope.split(' '));
    return this.#issue(user, scopes);
  }

  #issue(user: string | undefined, scopes: readonly string[]): Reply {
    const lifetime = this.#auth.expiresIn ?? 300;
    const token = randomBytes(24).toString('base64url');
    const granted = scopes.flatMap((scope) => this.#granted(user, scope));
    const expires = this.#now() + (lifetime === 'unsaid' ? 60 : lifetime) * 1_000;
    this.#grants.set(token, { scopes: new Set(granted), expires });
    this.issued++;
    return json(200, { token, access_token: token, ...(lifetime === 'unsaid' ? {} : { expires_in: lifetime }) });
  }

  #granted(user: string | undefined, scope: string): string[] {
    const [, repository, wanted] = /^repository:(.+):([^:]+)$/.exec(scope) ?? [];
    if (repository === undefined || wanted === undefined) return [];
    return wanted
      .split(',')
      .filter(
        (action) => (user !== undefined || action === 'pull') && (this.#auth.allow?.(user, repository, action) ?? true),
      )
      .map((action) => `repository:${repository}:${action}`);
  }

  #refreshUser(form: URLSearchParams): string | undefined {
    const known = this.#auth.identityTokens?.includes(form.get('refresh_token') ?? '') ?? false;
    return form.get('grant_type') === 'refresh_token' && known ? '<token>' : undefined;
  }
}
