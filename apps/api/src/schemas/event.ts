import { z } from '@hono/zod-openapi';
import { timeSchema } from './common.ts';

/** The data of one server-sent event. The field `event` of the frame repeats the type, `id` is the position in the stream. */
export const eventSchema = z
  .object({
    type: z
      .enum(['rollout', 'workload', 'check', 'quarantine', 'hold', 'cluster', 'namespace'])
      .openapi({ description: 'What changed.' }),
    at: timeSchema,
    workload: z.string().openapi({
      description: 'The workload; empty for `cluster` and `namespace`.',
      example: 'myapp/deployment/myapp',
    }),
    namespace: z.string().optional().openapi({ description: 'The namespace, for type `namespace`.' }),
    rollout: z.string().optional().openapi({ description: 'Id of the rollout.' }),
    name: z.string().openapi({
      description:
        'rollout: the new state. workload: added, changed, removed. check: the code of the decision. quarantine: added, released. ' +
        'hold: the code of the hold, or resumed. cluster, namespace: stopped, resumed.',
      example: 'succeeded',
    }),
    message: z.string().optional().openapi({ description: 'The same for people.' }),
  })
  .openapi('Event');
