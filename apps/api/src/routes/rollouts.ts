import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { presentRollout } from '../present/rollout.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { readPage } from '../rollouts/read-page.ts';
import { workloadParams } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { rolloutPageSchema, rolloutSchema } from '../schemas/rollout.ts';
import type { RolloutFilter } from '../schemas/rollouts-query.ts';
import { historyQuery, rolloutsQuery } from '../schemas/rollouts-query.ts';
import { findWorkload } from './workloads.ts';

const pageResponse = {
  ...json('One page, newest first.', rolloutPageSchema),
  headers: { Link: { description: 'The next page, rel="next" (RFC 8288).', schema: { type: 'string' as const } } },
};

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
  summary: 'One rollout: what moved, why, every state, and the evidence for its verdict',
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

export function rolloutRoutes({ history }: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  async function answerPage(url: string, filter: RolloutFilter) {
    const { items, next } = await readPage(history, filter);
    const body = { items: items.map(presentRollout), ...(next !== undefined && { next }) };
    return { body, headers: next === undefined ? {} : { Link: `<${nextUrl(url, next)}>; rel="next"` } };
  }

  app.openapi(listRoute, async (c) => {
    const { body, headers } = await answerPage(c.req.url, c.req.valid('query'));
    return c.json(body, 200, headers);
  });

  app.openapi(historyRoute, async (c) => {
    const { record } = await findWorkload(history, c.req.valid('param'));
    const { body, headers } = await answerPage(c.req.url, { ...c.req.valid('query'), workload: record.id });
    return c.json(body, 200, headers);
  });

  app.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const rollout = await history.rollout(id);
    if (rollout) return c.json(presentRollout(rollout), 200);
    throw new ApiProblem('rollout-not-found', `There is no rollout ${id}: it never was, or is past the retention.`);
  });

  return app;
}

/** Relative to the host, so that it holds behind a proxy too. */
function nextUrl(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams.toString()}`;
}
