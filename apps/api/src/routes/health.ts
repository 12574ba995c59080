import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { json, problems } from '../schemas/responses.ts';

const okSchema = z.object({ status: z.literal('ok') }).openapi('Ok');

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Operation'],
  summary: 'The process is up',
  responses: { 200: json('It is.', okSchema) },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['Operation'],
  summary: 'The process can do its work',
  description: 'Redis answers within a second, and the process is not stopping.',
  responses: { 200: json('It can.', okSchema), ...problems(503) },
});

const answerMs = 1_000;

export function healthRoutes({ history, stopping }: Pick<ApiDeps, 'history' | 'stopping'>): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200));

  app.openapi(readyRoute, async (c) => {
    if (stopping?.aborted) throw notReady('process', 'The process is stopping.');
    const timer = Promise.withResolvers<boolean>();
    const timeout = setTimeout(() => timer.resolve(false), answerMs);
    const answers = await Promise.race([
      history.ping().then(
        () => true,
        () => false,
      ),
      timer.promise,
    ]);
    clearTimeout(timeout);
    if (!answers) throw notReady('redis', 'Redis did not answer within a second.');
    return c.json({ status: 'ok' as const }, 200);
  });

  return app;
}

function notReady(part: string, message: string): ApiProblem {
  return new ApiProblem('not-ready', message, { missing: [{ part, message }], headers: { 'Retry-After': '5' } });
}
