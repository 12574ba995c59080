import type { Hono, MiddlewareHandler } from 'hono';
import { except } from 'hono/combine';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { Access, Role } from './access.ts';
import { roles } from './access.ts';
import { requireBearer } from './bearer.ts';
import { loopbackGuard } from './loopback-guard.ts';
import type { Known } from './secrets.ts';
import { sha256Of } from './secrets.ts';

const probes = ['/healthz', '/readyz'];
const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards every route but the probes, and sets the access of each request. With tokens, a request must carry one that is for its path. Without, only
 * programs on this machine are accepted, no web page and no proxy.
 *
 * @throws Error when a token is empty, or when other machines can reach the API and there are no tokens.
 */
export function guardAccess(
  app: Hono<ApiEnv>,
  { token, webhookToken, tokens, loopback }: Pick<ApiDeps, 'token' | 'webhookToken' | 'tokens' | 'loopback'>,
): void {
  if (token === '' || webhookToken === '') throw new Error('A token must not be empty: leave it out, or set one.');
  const fixed = [
    ...(token === undefined ? [] : [known(token, { name: 'KEELSON_TOKEN', may: new Set(roles) })]),
    ...(webhookToken === undefined
      ? []
      : [known(webhookToken, { name: 'KEELSON_WEBHOOK_TOKEN', may: new Set<Role>(['notify']) })]),
  ];
  const tokensFor = (...wanted: readonly Role[]) =>
    requireBearer(() =>
      [...fixed, ...(tokens?.() ?? [])].filter(({ value }) => wanted.some((role) => value.may.has(role))),
    );

  if (token === undefined && tokens === undefined) {
    if (!loopback) throw new Error('Other machines can reach the API, so it needs a token: set KEELSON_TOKEN.');
    app.use(except(probes, loopbackGuard()));
    app.use(setAccess({ name: 'this machine', may: new Set(roles) }));
    if (webhookToken !== undefined) app.use('/webhooks/*', tokensFor('notify'));
    return;
  }
  app.use('/api/*', tokensFor('read', 'act'), refuseReaders);
  app.use('/metrics', tokensFor('read', 'act'), refuseBound);
  app.use('/webhooks/*', tokensFor('notify'));
}

function known(secret: string, value: Access): Known<Access> {
  return { sha256: sha256Of(secret), value };
}

function setAccess(access: Access): MiddlewareHandler<ApiEnv> {
  return async function set(c, next) {
    c.set('access', access);
    await next();
  };
}

const refuseReaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { name, may } = c.get('access');
  if (!may.has('act') && !reading.has(c.req.method)) {
    throw new ApiProblem('forbidden', `The token ${name} may only read: use one that may act.`);
  }
  await next();
};

/** Metrics count over all namespaces. */
const refuseBound: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { name, namespaces } = c.get('access');
  if (namespaces !== undefined) {
    throw new ApiProblem('forbidden', `The token ${name} is bound to namespaces: metrics need one for all of them.`);
  }
  await next();
};
