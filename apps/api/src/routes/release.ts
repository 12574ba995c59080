import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import { digestPrefixSchema, onlyMatch } from '../actions/digest-prefix.ts';
import { optionalBody, readBody } from '../actions/read-body.ts';
import { afterRelease, readAfter } from '../actions/what-follows.ts';
import type { ApiEnv, RouteDeps } from '../deps.ts';
import { presentQuarantine } from '../present/restrictions.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { releasedSchema } from '../schemas/actions.ts';
import { workloadParams } from '../schemas/common.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { findWorkload } from './workloads.ts';

const requestSchema = z.strictObject({ digest: digestPrefixSchema.optional() }).openapi('ReleaseRequest');

const route = createRoute({
  method: 'post',
  path: '/api/v1/workloads/{namespace}/{kind}/{name}/release',
  operationId: 'releaseDigests',
  tags: ['Workloads'],
  summary: 'Release digests from quarantine, one or all',
  description:
    'A released digest may be rolled out again. A check is queued, which does so if the tag still refers to it.',
  ...secured,
  request: { params: workloadParams, ...optionalBody('ReleaseRequest') },
  responses: {
    200: json('The released digests.', releasedSchema),
    ...problems(400, 401, 403, 404, 409, 413, 429, 503),
  },
});

export function releaseRoute({ requestCheck, now, log }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.register('ReleaseRequest', requestSchema);

  app.openapi(route, async (c) => {
    const history = c.get('history');
    const state = await findWorkload(history, c.req.valid('param'));
    const { digest } = await readBody(c, requestSchema);
    const { id } = state.record;
    const released = await history.release(id, digest === undefined ? undefined : named(state, digest));
    log.info(
      { requestId: c.get('requestId'), by: c.get('access').name, workload: id, digests: released.length },
      'digests released from quarantine',
    );
    await requestCheck(id, 'manual', now());
    const message = afterRelease(await readAfter(history, id), released.length);
    return c.json({ workload: id, message, released: presentQuarantine(released) }, 200);
  });
  return app;
}

/** @throws ApiProblem `not-in-quarantine` when no digest begins like this, `ambiguous-digest` when several do. */
function named({ record, quarantine }: WorkloadState, prefix: string): Digest {
  const digests = new Set(quarantine.map(({ digest }) => digest));
  const match = onlyMatch(digests, prefix);
  if (match !== undefined) return match;
  const there = digests.size === 0 ? 'nothing is' : `there are ${[...digests].map(shortDigest).join(', ')}`;
  throw new ApiProblem('not-in-quarantine', `${prefix} is not in quarantine for ${record.id}: ${there}.`);
}
