import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { BeginResult } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import { messageSchema } from '../actions/message.ts';
import { optionalBody, readBody } from '../actions/read-body.ts';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { presentRollout } from '../present/rollout.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { manualRollbackHold, planRollback } from '../rollback/plan-rollback.ts';
import { workloadParams } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { rolloutSchema } from '../schemas/rollout.ts';
import { findWorkload } from './workloads.ts';

const requestSchema = z
  .strictObject({
    to: z
      .string()
      .regex(
        /^(?:[0-9a-z]{9}|(?:sha256:)?[0-9a-f]{7,64})$/,
        'must be a digest (7 hex digits or more) or the id of a rollout',
      )
      .optional()
      .openapi({
        description:
          'A digest of its history, in full or its first 7 hex digits or more, or the id of a rollout. Default: the last image that worked.',
        example: 'sha256:4afff5507085',
      }),
    until: z.enum(['newer-digest', 'resume']).default('newer-digest').openapi({
      description:
        '`newer-digest`: the current digest is quarantined, and the next push is rolled out. `resume`: the workload is on hold until a user resumes it.',
    }),
    message: messageSchema.optional(),
  })
  .openapi('RollbackRequest');

const route = createRoute({
  method: 'post',
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/rollback',
  operationId: 'rollBackWorkload',
  tags: ['Workloads'],
  summary: 'Roll back to an earlier image of the workload',
  description:
    'Starts one rollback of every container of that rollout, and returns it. The same request twice returns the same rollback.',
  ...secured,
  request: { params: workloadParams, ...optionalBody('RollbackRequest') },
  responses: {
    202: json('The rollback; its write is queued.', rolloutSchema),
    ...problems(400, 401, 403, 404, 409, 413, 429, 503),
  },
});

export function rollbackRoute({ requestPatch, now, log }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.register('RollbackRequest', requestSchema);

  app.openapi(route, async (c) => {
    const history = c.get('history');
    const state = await findWorkload(history, c.req.valid('param'));
    const request = await readBody(c, requestSchema);
    const plan = await planRollback(history, state, request, now());
    const begun =
      'underWay' in plan ? { outcome: 'exists' as const, rollout: plan.underWay } : await history.begin(plan);
    if (begun.outcome !== 'created' && begun.outcome !== 'exists') throw refused(begun, state.record.id);
    const { rollout } = begun;
    if (begun.outcome === 'exists' && request.until === 'resume' && !state.hold) {
      // Another request began this rollback without a hold.
      const digests = rollout.changes.map(({ to }) => to.digest);
      await history.hold(rollout.workload, manualRollbackHold(digests, request.message, now()));
    }
    await requestPatch(rollout);
    log.info(
      { requestId: c.get('requestId'), by: c.get('access').name, workload: rollout.workload, rollout: rollout.id },
      'manual rollback requested',
    );
    return c.json(presentRollout(rollout), 202);
  });
  return app;
}

/** The problem for a rollback that history refused to begin. Holds and a stop do not refuse a rollback. */
function refused(begun: Exclude<BeginResult, { outcome: 'created' | 'exists' }>, id: string): Error {
  if (begun.outcome === 'done') {
    return new ApiProblem('already-runs', `This is what was rolled out last in ${id}: name another digest in "to".`);
  }
  if (begun.outcome !== 'quarantined') return new Error(`A rollback of ${id} did not begin: ${begun.outcome}.`);
  const why = begun.entries.map(({ digest, message }) => `${shortDigest(digest)} is in quarantine: ${message}`);
  return new ApiProblem('quarantined', `${why.join(' ')} POST …/release releases it.`);
}
