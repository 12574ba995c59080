import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Hold } from '@keelson/history';
import { leavesQuarantined } from '@keelson/history';
import type { Context } from 'hono';
import { because, messageSchema } from '../actions/message.ts';
import { optionalBody, readBody } from '../actions/read-body.ts';
import type { Removal } from '../actions/removal.ts';
import { afterRollback, removalOf } from '../actions/removal.ts';
import { afterPause, afterResume, readAfter } from '../actions/what-follows.ts';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { presentHold } from '../present/restrictions.ts';
import { offSchema, onHoldSchema, resumedSchema } from '../schemas/actions.ts';
import { workloadParams } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { findWorkload } from './workloads.ts';

const actionBody = z.strictObject({ message: messageSchema.optional() }).openapi('ActionRequest');

const offBody = actionBody
  .extend({
    startQuarantined: z.boolean().optional().openapi({
      description:
        'Remove the pins even where a quarantined digest starts then. Without it such a pin stays, and the answer says so.',
    }),
  })
  .openapi('OffRequest');

const shared = { method: 'post' as const, tags: ['Workloads'], ...secured };

const pauseRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/pause',
  operationId: 'pauseWorkload',
  summary: 'Roll out nothing new until a user resumes the workload',
  description: 'New digests wait. A workload that is on hold already keeps its hold.',
  request: { params: workloadParams, ...optionalBody('ActionRequest') },
  responses: { 200: json('The workload is on hold.', onHoldSchema), ...problems(400, 401, 403, 404, 413, 429, 503) },
});

const resumeRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/resume',
  operationId: 'resumeWorkload',
  summary: 'End the hold of a workload, whatever its code',
  description: 'A check is queued, which rolls out what waits. Digests in quarantine stay there.',
  request: { params: workloadParams },
  responses: {
    200: json('The workload is not on hold.', resumedSchema),
    ...problems(400, 401, 403, 404, 413, 429, 503),
  },
});

const offRoute = createRoute({
  ...shared,
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/off',
  operationId: 'switchOffWorkload',
  summary: 'Remove everything that Keelson wrote, and write nothing until a user resumes the workload',
  description:
    'Removing a pin restarts pods. While a quarantined digest would start, all pins stay, unless the body has `startQuarantined`.',
  request: { params: workloadParams, ...optionalBody('OffRequest') },
  responses: {
    202: json('The workload is on hold; the removal is queued.', offSchema),
    ...problems(400, 401, 403, 404, 413, 429, 503),
  },
});

/** Pause, resume and off: the holds that a user sets and ends. The same request twice changes nothing more. */
export function holdRoutes({ requestCheck, requestRemoval, now, log }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.register('ActionRequest', actionBody);
  app.openAPIRegistry.register('OffRequest', offBody);

  async function put(c: Context<ApiEnv>, id: string, hold: Hold): Promise<Hold> {
    await c.get('history').hold(id, hold);
    log.info({ by: c.get('access').name, workload: id, code: hold.code }, 'workload put on hold');
    return hold;
  }

  app.openapi(pauseRoute, async (c) => {
    const history = c.get('history');
    const { record, hold } = await findWorkload(history, c.req.valid('param'));
    const body = await readBody(c, actionBody);
    const message = `${because('A user paused the workload', body.message)}: nothing is rolled out until a user resumes it.`;
    const current = hold ?? (await put(c, record.id, { code: 'paused', message, at: now() }));
    const said = afterPause(await readAfter(history, record.id), hold);
    return c.json({ workload: record.id, hold: presentHold(current), message: said }, 200);
  });

  app.openapi(resumeRoute, async (c) => {
    const history = c.get('history');
    const { record } = await findWorkload(history, c.req.valid('param'));
    const resumed = await history.resume(record.id);
    if (resumed) log.info({ by: c.get('access').name, workload: record.id, code: resumed.code }, 'workload resumed');
    await requestCheck(record.id, 'manual', now());
    const message = afterResume(await readAfter(history, record.id), resumed);
    return c.json({ workload: record.id, message, ...(resumed && { resumed: presentHold(resumed) }) }, 200);
  });

  app.openapi(offRoute, async (c) => {
    const history = c.get('history');
    const state = await findWorkload(history, c.req.valid('param'));
    const { record, hold } = state;
    const body = await readBody(c, offBody);
    const active =
      state.active === undefined ? undefined : (await history.rolloutsById([state.active])).get(state.active);
    const first = active && leavesQuarantined(active, state.quarantine) && !body.startQuarantined ? active : undefined;
    const but = first ? ` but rollback ${first.id}` : '';
    const message = `${because('A user switched Keelson off for the workload', body.message)}: nothing${but} is written until a user resumes it.`;
    const before = hold?.code === 'off' ? hold : { code: 'off' as const, message, at: now() };
    const wanted: Hold = body.startQuarantined === true ? { ...before, startQuarantined: true } : before;
    const isSet = hold?.code === 'off' && hold.startQuarantined === wanted.startQuarantined;
    const current = isSet ? hold : await put(c, record.id, wanted);
    await requestRemoval(record.id);
    const ends = first && !current.startQuarantined ? first : undefined;
    const removal = ends ? afterRollback(ends) : removalOf(state, current.startQuarantined === true);
    return c.json({ workload: record.id, hold: presentHold(current), ...presentRemoval(removal) }, 202);
  });

  return app;
}

function presentRemoval({
  removed,
  kept,
  message,
}: Removal): Pick<z.input<typeof offSchema>, 'removed' | 'kept' | 'message'> {
  return { removed: [...removed], kept: [...kept], message };
}
