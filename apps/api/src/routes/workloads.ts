import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { WorkloadState } from '@keelson/history';
import type { LimitFunction } from 'p-limit';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { newestNeeded } from '../present/finding.ts';
import { presentRollout } from '../present/rollout.ts';
import { presentWorkload } from '../present/workload.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { namespaceSchema, workloadIdSchema, workloadParams } from '../schemas/common.ts';
import { cursorDescription, limitQuery, linkHeaders, linkTo } from '../schemas/paging.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { checkAcceptedSchema, workloadDetailSchema, workloadPageSchema } from '../schemas/workload.ts';
import type { VisibleHistory } from '../view/visible-history.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/workloads',
  operationId: 'listWorkloads',
  tags: ['Workloads'],
  summary: 'The workloads that Keelson follows, by id',
  description:
    'Each with policy, schedule, images, last check and warnings. No page skips or repeats a workload while others appear and disappear.',
  ...secured,
  request: {
    query: z.strictObject({
      namespace: namespaceSchema.optional(),
      limit: limitQuery(5_000, 500, 'workloads'),
      cursor: workloadIdSchema.optional().openapi({ description: cursorDescription }),
    }),
  },
  responses: {
    200: { ...json('One page, by id.', workloadPageSchema), headers: linkHeaders },
    ...problems(400, 401, 403, 503),
  },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/workloads/{namespace}/{kind}/{name}',
  operationId: 'getWorkload',
  tags: ['Workloads'],
  summary: 'One workload, with its newest rollout',
  ...secured,
  request: { params: workloadParams },
  responses: { 200: json('The workload.', workloadDetailSchema), ...problems(400, 401, 403, 404, 503) },
});

const checkRoute = createRoute({
  method: 'post',
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/check',
  operationId: 'checkWorkload',
  tags: ['Workloads'],
  summary: 'Check the registry now',
  description:
    'Queues one check in addition to the schedule. Its result appears in the workload and in the event stream.',
  ...secured,
  request: { params: workloadParams },
  responses: { 202: json('The check is queued.', checkAcceptedSchema), ...problems(400, 401, 403, 404, 413, 429, 503) },
});

/** @param inTurn Runs what reads a list: few at the same time. */
export function workloadRoutes({ requestCheck, now, log }: RouteDeps, inTurn: LimitFunction): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  app.openapi(listRoute, (c) =>
    inTurn(async () => {
      const history = c.get('history');
      const { namespace, ...query } = c.req.valid('query');
      const namespaces = namespace === undefined ? undefined : [namespace];
      const { items, unreadable, next } = await history.workloadPage({ ...query, namespaces });
      const newest = await history.rolloutsById(items.flatMap((state) => newestNeeded(state) ?? []));
      const present = (state: WorkloadState) => presentWorkload(state, newest.get(state.latest ?? ''));
      const page = {
        items: items.map(present),
        ...(unreadable && { unreadable: [...unreadable] }),
        ...(next !== undefined && { next }),
      };
      return c.json(page, 200, linkTo(c.req.url, next));
    }),
  );

  app.openapi(detailRoute, async (c) => {
    const history = c.get('history');
    const state = await findWorkload(history, c.req.valid('param'));
    const { latest } = state;
    const rollout = latest === undefined ? undefined : (await history.rolloutsById([latest])).get(latest);
    return c.json({ ...presentWorkload(state, rollout), ...(rollout && { rollout: presentRollout(rollout) }) }, 200);
  });

  app.openapi(checkRoute, async (c) => {
    const { record } = await findWorkload(c.get('history'), c.req.valid('param'));
    await requestCheck(record.id, 'manual', now());
    log.info({ by: c.get('access').name, workload: record.id }, 'manual check requested');
    return c.json({ accepted: true as const, workload: record.id }, 202);
  });

  return app;
}

/** @throws ApiProblem `workload-not-found` when Keelson does not follow it, or the sender may not see it: the same. */
export async function findWorkload(
  history: Pick<VisibleHistory, 'workload'>,
  { namespace, kind, name }: z.output<typeof workloadParams>,
): Promise<WorkloadState> {
  const id = `${namespace}/${kind}/${name}`;
  const state = await history.workload(id);
  if (state) return state;
  throw new ApiProblem(
    'workload-not-found',
    `Keelson follows no workload ${id}: GET /api/v1/workloads lists those that it follows. A workload needs a policy annotation.`,
  );
}
