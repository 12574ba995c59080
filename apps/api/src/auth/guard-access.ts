import type { Hono } from 'hono';
import { except } from 'hono/combine';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireBearer } from './bearer.ts';
import { loopbackGuard } from './loopback-guard.ts';

const probes = ['/healthz', '/readyz'];

/**
 * Guards every route but the probes. With `token`, a request must carry it; the webhooks accept `webhookToken` too. Without `token`, only
 * programs on this machine are accepted, and no web page.
 *
 * @throws Error when a token is empty, or when other machines can reach the API and `token` is not set.
 */
export function guardAccess(
  app: Hono<ApiEnv>,
  { token, webhookToken, loopback }: Pick<ApiDeps, 'token' | 'webhookToken' | 'loopback'>,
): void {
  if (token === '' || webhookToken === '') throw new Error('A token must not be empty: leave it out, or set one.');
  if (token === undefined) {
    if (!loopback) throw new Error('Other machines can reach the API, so it needs a token: set KEELSON_TOKEN.');
    app.use(except(probes, loopbackGuard()));
    if (webhookToken !== undefined) app.use('/webhooks/*', requireBearer([webhookToken]));
    return;
  }
  app.use('/api/*', requireBearer([token]));
  app.use('/metrics', requireBearer([token]));
  app.use('/webhooks/*', requireBearer(webhookToken === undefined ? [token] : [token, webhookToken]));
}
