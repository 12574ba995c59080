import { z } from '@hono/zod-openapi';
import { timeSchema } from './common.ts';

/** The data of one server-sent event; its `event` is the type, its `id` the place in the stream. */
export const eventSchema = z
  .object({
    type: z.enum(['rollout', 'workload', 'check', 'quarantine', 'hold', 'cluster']),
    at: timeSchema,
    workload: z.string().openapi({ description: 'Empty for type cluster.', example: 'myapp/deployment/myapp' }),
    rollout: z.string().optional(),
    name: z.string().openapi({
      description:
        "rollout: the new state. workload: added, changed, removed. check: the decision's code. quarantine: added, released. " +
        "hold: the hold's code, or resumed. cluster: stopped, resumed.",
      example: 'succeeded',
    }),
    message: z.string().optional(),
  })
  .openapi('Event');
