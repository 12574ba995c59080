import type { Hono } from 'hono';
import { except } from 'hono/combine';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireBearer } from './bearer.ts';
import { loopbackGuard } from './loopback-guard.ts';

const probes = ['/healthz', '/readyz'];

/**
 * Who is let in. With a token: whoever shows it (webhooks: or the hook token). Without: programs on this machine, and no web page.
 *
 * @throws Error when neither would hold.
 */
export function guardAccess(
  app: Hono<ApiEnv>,
  { token, webhookToken, loopback }: Pick<ApiDeps, 'token' | 'webhookToken' | 'loopback'>,
): void {
  if (token === '' || webhookToken === '') throw new Error('A token must not be empty: leave it out, or set one.');
  if (token === undefined) {
    if (!loopback) throw new Error('The API can be reached from other machines: it needs a token (KEELSON_TOKEN).');
    app.use(except(probes, loopbackGuard()));
    if (webhookToken !== undefined) app.use('/webhooks/*', requireBearer([webhookToken]));
    return;
  }
  app.use('/api/*', requireBearer([token]));
  app.use('/metrics', requireBearer([token]));
  app.use('/webhooks/*', requireBearer(webhookToken === undefined ? [token] : [token, webhookToken]));
}
