import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../deps.ts';
import { json } from '../schemas/responses.ts';

const links = {
  workloads: '/api/v1/workloads',
  rollouts: '/api/v1/rollouts',
  events: '/api/v1/events',
  stop: '/api/v1/stop',
  openapi: '/openapi.json',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
};

const indexRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getIndex',
  tags: ['Operation'],
  summary: 'Links to the routes',
  responses: {
    200: json(
      'Links.',
      z
        .object({ name: z.literal('keelson'), version: z.string(), links: z.record(z.string(), z.string()) })
        .openapi('Index'),
    ),
  },
});

/** `GET /`, with links for people and programs, and the OpenAPI document. */
export function aboutRoutes(version: string, document: () => object): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openapi(indexRoute, (c) => c.json({ name: 'keelson' as const, version, links }, 200));
  app.get('/openapi.json', (c) => c.json(document()));
  return app;
}
