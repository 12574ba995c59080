import type { Context, Hono, MiddlewareHandler } from 'hono';
import { except } from 'hono/combine';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { visibleHistory } from '../view/visible-history.ts';
import type { Access, Role } from './access.ts';
import { roles } from './access.ts';
import { requireBearer } from './bearer.ts';
import { loopbackGuard } from './loopback-guard.ts';
import type { Known } from './secrets.ts';
import { sha256Of } from './secrets.ts';

const probes = ['/healthz', '/readyz'];
const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards every route but the probes, and gives each request its access, and the history as that shows it. With tokens, a request must carry one that
 * is for its path. Without, only programs on this machine are accepted, no web page and no proxy.
 *
 * @throws Error when a token is empty, or when other machines can reach the API and there are no tokens.
 */
export function guardAccess(
  app: Hono<ApiEnv>,
  {
    token,
    webhookToken,
    tokens,
    loopback,
    history,
  }: Pick<ApiDeps, 'token' | 'webhookToken' | 'tokens' | 'loopback' | 'history'>,
): void {
  if (token === '' || webhookToken === '') throw new Error('A token must not be empty: leave it out, or set one.');
  const fixed = [
    ...(token === undefined ? [] : [known(token, { name: 'KEELSON_TOKEN', may: new Set(roles) })]),
    ...(webhookToken === undefined
      ? []
      : [known(webhookToken, { name: 'KEELSON_WEBHOOK_TOKEN', may: new Set<Role>(['notify']) })]),
  ];
  const all = () => [...fixed, ...(tokens?.() ?? [])];
  const setAccess = (
    c: Context<ApiEnv>,
    access: Access,
    isCurrent = () => all().some(({ value }) => value === access),
  ): void => {
    c.set('access', access);
    c.set('isCurrent', isCurrent);
    c.set('history', visibleHistory(history, access));
  };
  const tokensFor = (...wanted: readonly Role[]) => {
    const isFor = ({ value }: Known<Access>) => wanted.some((role) => value.may.has(role));
    return requireBearer(() => all().filter(isFor), setAccess);
  };

  if (token === undefined && tokens === undefined) {
    if (!loopback) throw new Error('Other machines can reach the API, so it needs a token: set KEELSON_TOKEN.');
    app.use(except(probes, loopbackGuard()));
    app.use((c, next) => {
      setAccess(c, { name: 'this machine', may: new Set(roles) }, () => true);
      return next();
    });
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
