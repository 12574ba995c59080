import { z } from '@hono/zod-openapi';
import { timeSchema } from './common.ts';
import { holdSchema, quarantineListSchema } from './workload.ts';

const workload = z.string().openapi({ description: 'The workload.', example: 'myapp/deployment/myapp' });

const message = z.string().openapi({ description: 'What is done, and what is not.' });

export const onHoldSchema = z.object({ workload, hold: holdSchema, message }).openapi('OnHold');

const pinned = z.object({
  container: z.string(),
  digest: z.string().openapi({ description: 'The digest that the container is pinned to.' }),
});

export const offSchema = z
  .object({
    workload,
    hold: holdSchema,
    message,
    removed: z.array(pinned).openapi({ description: 'The pins that are removed, which restarts pods.' }),
    kept: z
      .array(pinned.extend({ quarantined: z.string().openapi({ description: 'The digest that would start.' }) }))
      .openapi({
        description: 'Pins without which a quarantined digest would start. While there are any, nothing is removed.',
      }),
  })
  .openapi('Off');

export const resumedSchema = z
  .object({
    workload,
    message,
    resumed: holdSchema.optional().openapi({ description: 'The hold that ended; absent if there was none.' }),
  })
  .openapi('Resumed');

export const releasedSchema = z
  .object({
    workload,
    message,
    released: quarantineListSchema.openapi({ description: 'The entries that were released.' }),
  })
  .openapi('Released');

const stopReason = z.object({
  message: z.string().openapi({ description: 'Why new rollouts are stopped.' }),
  at: timeSchema,
});

const clusterStopSchema = stopReason.openapi('ClusterStop', {
  description: 'No new rollout starts for any workload until a user resumes.',
});

const namespaceStopSchema = stopReason
  .extend({ namespace: z.string() })
  .openapi('NamespaceStop', { description: 'No new rollout starts in this namespace until a user resumes.' });

export const stopSchema = z
  .object({
    stopped: z.boolean().openapi({ description: 'Whether all new rollouts are stopped.' }),
    stop: clusterStopSchema.optional(),
    namespaces: z.array(namespaceStopSchema).openapi({ description: 'The namespaces that are stopped alone.' }),
  })
  .openapi('Stop');

export const stopResumedSchema = z
  .object({
    resumed: clusterStopSchema
      .optional()
      .openapi({ description: 'The stop of all that ended; absent if there was none.' }),
    namespaces: z.array(namespaceStopSchema).openapi({ description: 'The stops of single namespaces that ended.' }),
    checks: z.int().openapi({ description: 'How many checks of workloads were queued.' }),
  })
  .openapi('StopResumed');
