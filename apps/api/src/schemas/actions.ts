import { z } from '@hono/zod-openapi';
import { holdSchema, quarantineListSchema } from './workload.ts';

const workload = z.string().openapi({ example: 'myapp/deployment/myapp' });

export const heldSchema = z.object({ workload, hold: holdSchema }).openapi('Held');

export const resumedSchema = z
  .object({
    workload,
    resumed: holdSchema.optional().openapi({ description: 'The hold that there was; absent: none.' }),
  })
  .openapi('Resumed');

export const releasedSchema = z
  .object({ workload, released: quarantineListSchema.openapi({ description: 'What was taken out of quarantine.' }) })
  .openapi('Released');

const clusterStopSchema = z
  .object({ message: z.string(), at: z.iso.datetime() })
  .openapi('ClusterStop', { description: 'Nothing new is rolled out anywhere until a person resumes.' });

export const stopSchema = z.object({ stopped: z.boolean(), stop: clusterStopSchema.optional() }).openapi('Stop');

export const stopResumedSchema = z
  .object({
    resumed: clusterStopSchema.optional().openapi({ description: 'The stop that there was; absent: none.' }),
    asked: z.int().openapi({ description: 'Workloads that are checked because of it.' }),
  })
  .openapi('StopResumed');
