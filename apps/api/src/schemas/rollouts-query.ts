import { z } from '@hono/zod-openapi';
import { namespaceSchema, timeQuery, workloadIdSchema } from './common.ts';
import { cursorDescription, limitQuery } from './paging.ts';
import { stateSchema } from './rollout.ts';

const shared = {
  state: stateSchema.optional().openapi({ description: 'Only rollouts in this state.' }),
  since: timeQuery.optional().openapi({
    description: 'Only rollouts that started at this time or later: RFC 3339 or milliseconds since the epoch.',
  }),
  until: timeQuery.optional().openapi({
    description: 'Only rollouts that started at this time or earlier: RFC 3339 or milliseconds since the epoch.',
  }),
  limit: limitQuery(500, 50, 'rollouts'),
  cursor: z.string().min(1).max(512).optional().openapi({ description: cursorDescription }),
};

export const historyQuery = z.strictObject(shared);

export const rolloutsQuery = z.strictObject({
  ...shared,
  workload: workloadIdSchema.optional(),
  namespace: namespaceSchema.optional(),
});
