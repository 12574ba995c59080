import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { Stop } from '@keelson/history';
import { optionalBody, readBody } from '../actions/read-body.ts';
import { checkAll } from '../checks/check-all.ts';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { stopResumedSchema, stopSchema } from '../schemas/actions.ts';
import { namespaceSchema } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/stop',
  operationId: 'getStop',
  tags: ['Workloads'],
  summary: 'Whether new rollouts are stopped, all or those of a namespace',
  description:
    'Keelson stops new rollouts when so many workloads fail within ten minutes that the images are probably not the cause: those of one namespace, ' +
    'or all where several namespaces and repositories fail.',
  ...secured,
  responses: { 200: json('Whether they are stopped, and why.', stopSchema), ...problems(401, 403, 503) },
});

const requestSchema = z.strictObject({ namespace: namespaceSchema.optional() }).openapi('ResumeRequest');

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/stop/resume',
  operationId: 'resumeAll',
  tags: ['Workloads'],
  summary: 'End the stop of one namespace, or every stop',
  description:
    'A check of every workload that was stopped is queued, since webhooks received in the meantime are not repeated. Holds and quarantines stay.',
  ...secured,
  request: optionalBody('ResumeRequest'),
  responses: {
    200: json('New rollouts are not stopped.', stopResumedSchema),
    ...problems(400, 401, 403, 413, 429, 503),
  },
});

export function stopRoutes({ requestCheck, now, log }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.register('ResumeRequest', requestSchema);

  app.openapi(readRoute, async (c) => {
    const { all, namespaces } = present(await c.get('history').stops());
    return c.json({ stopped: all !== undefined, ...(all && { stop: all }), namespaces }, 200);
  });

  app.openapi(resumeRoute, async (c) => {
    const { namespace } = await readBody(c, requestSchema);
    const history = c.get('history');
    const ended = await history.resumeStop(namespace);
    const ids = ended.length === 0 ? [] : (await history.workloadIds()).filter((id) => wasStopped(id, ended));
    if (ended.length > 0) {
      log.info({ by: c.get('access').name, namespace, workloads: ids.length }, 'stopped rollouts resumed');
    }
    await checkAll(requestCheck, ids, 'manual', now());
    const { all, namespaces } = present(ended);
    return c.json({ ...(all && { resumed: all }), namespaces, checks: ids.length }, 200);
  });

  return app;
}

function wasStopped(workload: string, stops: readonly Stop[]): boolean {
  return stops.some(({ namespace }) => namespace === undefined || workload.startsWith(`${namespace}/`));
}

function present(stops: readonly Stop[]) {
  const shown = stops.map(({ at, ...stop }) => ({ ...stop, at: toIsoTime(at) }));
  const all = shown.find(({ namespace }) => namespace === undefined);
  const namespaces = shown.flatMap(({ namespace, ...stop }) =>
    namespace === undefined ? [] : [{ namespace, ...stop }],
  );
  return { all: all && { message: all.message, at: all.at }, namespaces };
}
