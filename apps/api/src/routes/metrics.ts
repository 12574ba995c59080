import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { problems, secured } from '../schemas/responses.ts';

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['Operation'],
  summary: 'Metrics for Prometheus',
  ...secured,
  responses: {
    200: { description: 'Prometheus text exposition format.', content: { 'text/plain': { schema: z.string() } } },
    ...problems(401, 403),
  },
});

export function metricsRoutes({ metrics }: Pick<ApiDeps, 'metrics'>): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openapi(metricsRoute, async (c) => c.text(await metrics.metrics(), 200, { 'Content-Type': metrics.contentType }));
  return app;
}
