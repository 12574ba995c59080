import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { ClusterStop } from '@keelson/history';
import { checkAll } from '../checks/check-all.ts';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { stopResumedSchema, stopSchema } from '../schemas/actions.ts';
import { json, problems, secured } from '../schemas/responses.ts';

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/stop',
  operationId: 'getStop',
  tags: ['Workloads'],
  summary: 'Whether all new rollouts are stopped',
  description:
    'Keelson stops all new rollouts when so many workloads fail within ten minutes that the cause must be the cluster.',
  ...secured,
  responses: { 200: json('Whether they are stopped, and why.', stopSchema), ...problems(401, 403, 503) },
});

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/stop/resume',
  operationId: 'resumeAll',
  tags: ['Workloads'],
  summary: 'End the stop of all new rollouts',
  description:
    'A check of every workload is queued, since webhooks received in the meantime are not repeated. Holds and quarantines stay.',
  ...secured,
  responses: { 200: json('New rollouts are not stopped.', stopResumedSchema), ...problems(401, 403, 413, 503) },
});

export function stopRoutes({ requestCheck, now, log }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  app.openapi(readRoute, async (c) => {
    const stop = await c.get('history').clusterStop();
    return c.json({ stopped: stop !== undefined, ...(stop && { stop: present(stop) }) }, 200);
  });

  app.openapi(resumeRoute, async (c) => {
    const history = c.get('history');
    const resumed = await history.resumeCluster();
    const ids = resumed ? await history.workloadIds() : [];
    if (resumed) log.info({ by: c.get('access').name, workloads: ids.length }, 'all rollouts resumed');
    await checkAll(requestCheck, ids, 'manual', now());
    return c.json({ ...(resumed && { resumed: present(resumed) }), checks: ids.length }, 200);
  });

  return app;
}

function present({ message, at }: ClusterStop) {
  return { message, at: toIsoTime(at) };
}
