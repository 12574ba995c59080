import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Hold } from '@keelson/history';
import { because, messageSchema } from '../actions/message.ts';
import { optionalBody, readBody } from '../actions/read-body.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { presentHold } from '../present/held.ts';
import { heldSchema, resumedSchema } from '../schemas/actions.ts';
import { workloadParams } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { findWorkload } from './workloads.ts';

const actionBody = z.strictObject({ message: messageSchema.optional() }).openapi('ActionRequest');

const shared = { method: 'post' as const, tags: ['Workloads'], ...secured };

const pauseRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/pause',
  operationId: 'pauseWorkload',
  summary: 'Roll out nothing new until somebody resumes',
  description: 'What is pushed meanwhile waits. One that is held already keeps its hold.',
  request: { params: workloadParams, ...optionalBody('ActionRequest') },
  responses: { 200: json('It is held.', heldSchema), ...problems(400, 401, 403, 404, 413, 503) },
});

const resumeRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/resume',
  operationId: 'resumeWorkload',
  summary: 'End what holds it, whatever it was',
  description: 'A check is asked for, which rolls out what waits. What is in quarantine stays there.',
  request: { params: workloadParams },
  responses: { 200: json('Nothing holds it.', resumedSchema), ...problems(400, 401, 403, 404, 413, 503) },
});

const offRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/off',
  operationId: 'switchOffWorkload',
  summary: 'Take back every field that Keelson wrote, and write no more until somebody resumes',
  request: { params: workloadParams, ...optionalBody('ActionRequest') },
  responses: { 202: json('It is held, and taken back next.', heldSchema), ...problems(400, 401, 403, 404, 413, 503) },
});

/** A person's own holds: on, off, and for good. Each may be asked for twice. */
export function switchRoutes({ history, requestCheck, requestRelease, now, log }: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.register('ActionRequest', actionBody);

  async function put(id: string, hold: Hold): Promise<Hold> {
    await history.hold(id, hold);
    log.info({ workload: id, code: hold.code }, 'somebody holds a workload');
    return hold;
  }

  app.openapi(pauseRoute, async (c) => {
    const { record, hold } = await findWorkload(history, c.req.valid('param'));
    const { message: given } = await readBody(c, actionBody);
    const message = `${because('Somebody paused it', given)}: nothing is rolled out until somebody resumes it.`;
    const held = hold ?? (await put(record.id, { code: 'paused', message, at: now() }));
    return c.json({ workload: record.id, hold: presentHold(held) }, 200);
  });

  app.openapi(resumeRoute, async (c) => {
    const { record } = await findWorkload(history, c.req.valid('param'));
    const resumed = await history.resume(record.id);
    if (resumed) log.info({ workload: record.id, code: resumed.code }, 'somebody resumes a workload');
    await requestCheck(record.id, 'manual', now());
    return c.json({ workload: record.id, ...(resumed && { resumed: presentHold(resumed) }) }, 200);
  });

  app.openapi(offRoute, async (c) => {
    const { record, hold } = await findWorkload(history, c.req.valid('param'));
    const { message: given } = await readBody(c, actionBody);
    const message = `${because('Somebody switched Keelson off for it', given)}: nothing is written until somebody resumes it.`;
    const held = hold?.code === 'off' ? hold : await put(record.id, { code: 'off', message, at: now() });
    await requestRelease(record.id);
    return c.json({ workload: record.id, hold: presentHold(held) }, 202);
  });

  return app;
}
