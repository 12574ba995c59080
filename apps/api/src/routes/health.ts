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
  summary: 'Whether the process runs',
  responses: { 200: json('It runs.', okSchema) },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['Operation'],
  summary: 'Whether the process is ready',
  description: 'Ready: Redis takes a write within a second, and the process is not shutting down.',
  responses: { 200: json('It is ready.', okSchema), ...problems(503) },
});

export function healthRoutes(deps: Pick<ApiDeps, 'history' | 'stopping' | 'problems'>): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();

  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200));

  app.openapi(readyRoute, async (c) => {
    const missing = await findMissing(deps);
    if (missing.length === 0) return c.json({ status: 'ok' as const }, 200);
    const detail = missing.map(({ message }) => message).join(' ');
    throw new ApiProblem('not-ready', detail, { missing, headers: { 'Retry-After': '5' } });
  });

  return app;
}

interface Missing {
  readonly part: 'process' | 'redis' | 'worker';
  readonly message: string;
}

async function findMissing({
  history,
  stopping,
  problems: others,
}: Parameters<typeof healthRoutes>[0]): Promise<Missing[]> {
  if (stopping?.aborted) return [{ part: 'process', message: 'The process is shutting down.' }];
  const [redis, worker] = await Promise.all([problemOf(history), others?.() ?? []]);
  return [
    ...(redis === undefined ? [] : [{ part: 'redis' as const, message: redis }]),
    ...worker.map((message) => ({ part: 'worker' as const, message })),
  ];
}

/** Why nothing can be written now; undefined when it can. */
async function problemOf({ ping }: Pick<ApiDeps['history'], 'ping'>): Promise<string | undefined> {
  try {
    await ping();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'Redis does not answer.';
  }
}
