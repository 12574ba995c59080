import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { RolloutQuery } from '@keelson/history';
import type { LimitFunction } from 'p-limit';
import type { ApiEnv } from '../deps.ts';
import { presentRollout } from '../present/rollout.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { workloadParams } from '../schemas/common.ts';
import { linkHeaders, linkTo } from '../schemas/paging.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { rolloutPageSchema, rolloutSchema } from '../schemas/rollout.ts';
import { historyQuery, rolloutsQuery } from '../schemas/rollouts-query.ts';
import type { VisibleHistory } from '../view/visible-history.ts';
import { findWorkload } from './workloads.ts';

const pageResponse = { ...json('One page, newest first.', rolloutPageSchema), headers: linkHeaders };

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/rollouts',
  operationId: 'listRollouts',
  tags: ['Rollouts'],
  summary: 'Rollouts, newest first',
  description: 'No page skips or repeats a rollout while new ones arrive.',
  ...secured,
  request: { query: rolloutsQuery },
  responses: { 200: pageResponse, ...problems(400, 401, 403, 503) },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/history',
  operationId: 'getWorkloadHistory',
  tags: ['Workloads'],
  summary: "One workload's rollouts, newest first",
  ...secured,
  request: { params: workloadParams, query: historyQuery },
  responses: { 200: pageResponse, ...problems(400, 401, 403, 404, 503) },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/api/v1/rollouts/{id}',
  operationId: 'getRollout',
  tags: ['Rollouts'],
  summary: 'One rollout: its changes, why it started, every state, and the evidence for its verdict',
  ...secured,
  request: {
    params: z.object({
      id: z
        .string()
        .max(64)
        .regex(/^[\w-]+$/, 'must be the id of a rollout'),
    }),
  },
  responses: { 200: json('The rollout.', rolloutSchema), ...problems(400, 401, 403, 404, 503) },
});

/** @param inTurn Runs what reads a list: few at the same time. */
export function rolloutRoutes(inTurn: LimitFunction): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  async function readPage(history: Pick<VisibleHistory, 'rollouts'>, query: RolloutQuery) {
    return inTurn(async () => {
      const { items, unreadable, next } = await history.rollouts(query);
      return {
        items: items.map(presentRollout),
        ...(unreadable && { unreadable: [...unreadable] }),
        ...(next !== undefined && { next }),
      };
    });
  }

  app.openapi(listRoute, async (c) => {
    const { namespace, ...query } = c.req.valid('query');
    const namespaces = namespace === undefined ? undefined : [namespace];
    const page = await readPage(c.get('history'), { ...query, namespaces });
    return c.json(page, 200, linkTo(c.req.url, page.next));
  });

  app.openapi(historyRoute, async (c) => {
    const history = c.get('history');
    const { record } = await findWorkload(history, c.req.valid('param'));
    const page = await readPage(history, { ...c.req.valid('query'), workload: record.id });
    return c.json(page, 200, linkTo(c.req.url, page.next));
  });

  app.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const rollout = await c.get('history').rollout(id);
    if (rollout) return c.json(presentRollout(rollout), 200);
    throw new ApiProblem(
      'rollout-not-found',
      `There is no rollout ${id}: it does not exist, or is past the retention.`,
    );
  });

  return app;
}
