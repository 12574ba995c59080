import { z } from '@hono/zod-openapi';
import { codeSchema, digestSchema, timeSchema } from './common.ts';
import { nextSchema } from './paging.ts';
import { rolloutSchema } from './rollout.ts';

const containerSchema = z
  .object({
    name: z.string().openapi({ example: 'myapp' }),
    image: z.string().openapi({
      description: 'As the pod template has it.',
      example: 'registry.gitlab.com/cmunroe/ops/myapp:latest',
    }),
    repository: z.string().openapi({ example: 'registry.gitlab.com/cmunroe/ops/myapp' }),
    tag: z.string().optional().openapi({ example: 'latest' }),
    rolledOut: digestSchema.optional().openapi({ description: 'The digest that was written last.' }),
    lastGood: digestSchema.optional().openapi({ description: 'The digest that was last seen to work.' }),
    observed: digestSchema.optional().openapi({ description: 'What the registry said at the last check.' }),
  })
  .openapi('Container');

const checkSchema = z
  .object({
    at: timeSchema,
    nextAt: timeSchema.optional(),
    code: codeSchema,
    message: z.string().openapi({ description: 'What that check found.' }),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .openapi('Check');

const quarantineSchema = z
  .object({
    container: z.string().openapi({ example: 'myapp' }),
    image: z.string().openapi({ example: 'registry.gitlab.com/cmunroe/ops/myapp' }),
    tag: z.string().optional().openapi({ example: 'latest' }),
    digest: digestSchema,
    code: codeSchema.openapi({ description: "The verdict's code, or `manual`.", example: 'crash-loop' }),
    message: z.string(),
    at: timeSchema,
    rollout: z.string().optional().openapi({ description: 'Id of the rollout that failed.' }),
  })
  .openapi('QuarantineEntry', {
    description: 'A digest that is not offered again: until the next push, or a release.',
  });

export const holdSchema = z
  .object({
    code: codeSchema.openapi({ example: 'paused' }),
    message: z.string().openapi({ description: 'Why, and what to do.' }),
    at: timeSchema,
  })
  .openapi('Hold', { description: 'Nothing new is rolled out until a person resumes.' });

export const quarantineListSchema = z.array(quarantineSchema);

const undoneSchema = z
  .object({
    manager: z.string().openapi({ description: 'The field manager.', example: 'kubectl-rollout' }),
    times: z.int().openapi({ description: 'Since the last rollout.' }),
    at: timeSchema,
  })
  .openapi('Reverted', { description: 'Who took away what Keelson wrote.' });

const warningSchema = z
  .object({
    code: z.string().openapi({ example: 'unknown-annotation' }),
    key: z.string().optional().openapi({ example: 'keel.sh/polcy' }),
    message: z.string(),
  })
  .openapi('Warning');

export const workloadSchema = z
  .object({
    id: z.string().openapi({ example: 'myapp/deployment/myapp' }),
    namespace: z.string().openapi({ example: 'myapp' }),
    kind: z.string().openapi({ example: 'Deployment' }),
    name: z.string().openapi({ example: 'myapp' }),
    policy: z.string().openapi({ example: 'force' }),
    trigger: z
      .enum(['poll', 'webhook'])
      .openapi({ description: '`hint`: looked at only when a webhook or a person asks.' }),
    schedule: z.string().openapi({ example: 'every 1m' }),
    intervalMs: z.number().optional(),
    owner: z.string().openapi({ description: 'Who writes this object besides Keelson.', example: 'none' }),
    writePath: z.string().openapi({ description: 'How Keelson writes into it.', example: 'image-pin' }),
    containers: z.array(containerSchema),
    why: z
      .string()
      .optional()
      .openapi({ description: 'Why the workload runs what it runs, with all that is known: what holds it first.' }),
    hold: holdSchema.optional(),
    quarantine: quarantineListSchema.openapi({ description: 'Newest first, at most 20.' }),
    reverted: undoneSchema.optional(),
    check: checkSchema.optional(),
    active: z.string().optional().openapi({ description: 'Id of the rollout under way.' }),
    latest: z.string().optional().openapi({ description: 'Id of the newest rollout, under way or done.' }),
    warnings: z.array(warningSchema),
  })
  .openapi('Workload');

export const workloadPageSchema = z
  .object({ items: z.array(workloadSchema), next: nextSchema })
  .openapi('WorkloadPage');

export const workloadDetailSchema = z
  .object({ ...workloadSchema.shape, rollout: rolloutSchema.optional() })
  .openapi('WorkloadDetail', { description: 'A workload with its newest rollout in full.' });

export const checkAcceptedSchema = z
  .object({ accepted: z.literal(true), workload: z.string().openapi({ example: 'myapp/deployment/myapp' }) })
  .openapi('CheckAccepted');
