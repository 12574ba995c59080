import { z } from '@hono/zod-openapi';
import { momentQuery, namespaceSchema, workloadIdSchema } from './common.ts';
import { stateSchema } from './rollout.ts';

const shared = {
  state: stateSchema.optional(),
  since: momentQuery
    .optional()
    .openapi({ description: 'Started at or after: RFC 3339 or milliseconds since the epoch.' }),
  until: momentQuery
    .optional()
    .openapi({ description: 'Started at or before: RFC 3339 or milliseconds since the epoch.' }),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 500')
    .transform(Number)
    .pipe(z.int().min(1, 'must be at least 1').max(500, 'must be at most 500'))
    .default(50)
    .openapi({ type: 'integer', minimum: 1, maximum: 500, default: 50, description: 'Rollouts on a page.' }),
  cursor: z.string().min(1).max(512).optional().openapi({ description: "The last page's `next`." }),
};

export const historyQuery = z.strictObject(shared);

export const rolloutsQuery = z.strictObject({
  ...shared,
  workload: workloadIdSchema.optional(),
  namespace: namespaceSchema.optional().openapi({
    description: 'Only this namespace. Pages may then hold fewer than `limit`: go on while there is a `next`.',
  }),
});

export type RolloutFilter = z.output<typeof rolloutsQuery>;
