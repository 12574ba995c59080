import { OpenAPIHono } from '@hono/zod-openapi';
import { bounds } from '@keelson/core';
import type { MiddlewareHandler } from 'hono';
import { except } from 'hono/combine';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import pLimit from 'p-limit';
import { guardAccess } from './auth/guard-access.ts';
import { throughQueue } from './checks/through-queue.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { createEventHub } from './events/hub.ts';
import { limitBody } from './limits/body-limit.ts';
import { limitOpen } from './limits/limit-open.ts';
import { chargeEach, createCharge } from './limits/rate-limit.ts';
import { createShares } from './limits/shares.ts';
import { createTokenBucket } from './limits/token-bucket.ts';
import { createApiMetrics } from './observe/metrics.ts';
import { observe } from './observe/observe.ts';
import { createDocument } from './openapi/document.ts';
import { ApiProblem } from './problems/api-problem.ts';
import { problemFrom } from './problems/from-error.ts';
import { refuseInvalid } from './problems/invalid.ts';
import { respondWith } from './problems/respond.ts';
import { aboutRoutes } from './routes/about.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { holdRoutes } from './routes/hold.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { releaseRoute } from './routes/release.ts';
import { rollbackRoute } from './routes/rollback.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { stopRoutes } from './routes/stop.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { workloadRoutes } from './routes/workloads.ts';

/** Caches must ask again with the ETag each time. */
const revalidate: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.ok) c.header('Cache-Control', 'private, no-cache');
};

/**
 * The whole API as a Hono app. Its only state is the reader that the event streams share.
 *
 * @throws Error when other machines can reach the server and no token is set.
 */
export function createApi(given: ApiDeps): OpenAPIHono<ApiEnv> {
  const deps = { ...given, ...throughQueue(given) };
  const metrics = createApiMetrics(deps.metrics, deps.history);
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });

  app.onError((error, c) => {
    const problem = problemFrom(error);
    const id = c.get('requestId');
    if (problem.status >= 500) deps.log.error({ err: error, requestId: id, path: c.req.path }, 'request failed');
    return respondWith(c, problem);
  });
  app.notFound((c) => {
    const problem = new ApiProblem('route-not-found', 'This path does not exist: GET / lists the routes.');
    return respondWith(c, problem);
  });

  app.use(requestId());
  app.use(observe(deps.log, metrics));
  app.use(secureHeaders());
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ');
        const problem = new ApiProblem('method-not-allowed', `This path accepts ${allow}.`, {
          headers: { Allow: allow },
        });
        return respondWith(c, problem);
      },
    }),
  );
  guardAccess(app, deps);
  const charge = createCharge(
    createTokenBucket({ perSecond: bounds.namesPerSecond, burst: bounds.namesAtOnce, now: deps.now }),
  );
  app.use('/webhooks/*', chargeEach(charge));
  app.use('/webhooks/*', limitOpen({ total: bounds.openNotifications, perSender: bounds.openNotificationsOfSender }));
  app.use('/webhooks/*', limitBody(bounds.notificationBytes));
  app.use(
    '/api/*',
    except('/api/v1/events', limitOpen({ total: bounds.openRequests, perSender: bounds.openRequestsOfSender })),
  );
  app.use('/api/*', limitBody(bounds.requestBytes));
  const chargeAction = createCharge(
    createTokenBucket({ perSecond: bounds.actionsPerSecond, burst: bounds.actionsAtOnce, now: deps.now }),
  );
  app.use('/api/*', chargeEach(chargeAction, 'POST'));
  app.use(compress());
  for (const path of ['/api/v1/workloads/*', '/api/v1/rollouts/*', '/openapi.json'])
    app.use(path, etag({ weak: true }), revalidate);

  app.route('/', aboutRoutes(deps.version, createDocument(app, deps.version)));
  app.route('/', healthRoutes(deps));
  app.route('/', metricsRoutes(deps));
  const { history: _whole, ...routeDeps } = deps;
  const inTurn = pLimit(bounds.listsAtWork);
  app.route('/', workloadRoutes(routeDeps, inTurn));
  app.route('/', rollbackRoute(routeDeps));
  app.route('/', releaseRoute(routeDeps));
  app.route('/', holdRoutes(routeDeps));
  app.route('/', rolloutRoutes(inTurn));
  app.route('/', stopRoutes(routeDeps));
  app.route(
    '/',
    eventRoutes(
      createEventHub({ ...deps, metrics, inTurn }),
      createShares({ total: bounds.eventStreams, perSender: bounds.eventStreamsOfSender }),
    ),
  );
  app.route('/', webhookRoutes(routeDeps, { metrics, charge }));
  return app;
}
