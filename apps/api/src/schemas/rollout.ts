import { z } from '@hono/zod-openapi';
import { codeSchema, digestSchema, timeSchema } from './common.ts';
import { nextSchema } from './paging.ts';

const states = ['pending', 'verifying', 'succeeded', 'failed', 'superseded', 'cancelled'] as const;

export const stateSchema = z.enum(states).openapi('RolloutState');

const versionShape = {
  tag: z.string().optional().openapi({ example: 'latest' }),
  commit: z.string().optional().openapi({ description: '`org.opencontainers.image.revision`.' }),
  built: z.string().optional().openapi({ description: 'When the image was built, RFC 3339.' }),
  version: z.string().optional(),
  source: z.string().optional(),
};

const changeSchema = z
  .object({
    container: z.string().openapi({ example: 'myapp' }),
    image: z.string().openapi({ example: 'registry.gitlab.com/cmunroe/ops/myapp' }),
    from: z.object({ ...versionShape, digest: digestSchema.optional() }),
    to: z.object({ ...versionShape, digest: digestSchema }),
  })
  .openapi('Change');

const transitionSchema = z
  .object({
    state: stateSchema,
    at: timeSchema,
    durationMs: z.number().optional().openapi({ description: 'How long this state lasted; absent for the newest.' }),
    code: codeSchema,
    message: z.string().optional(),
  })
  .openapi('Transition');

const evidenceSchema = z
  .object({
    pod: z.string().optional(),
    container: z.string().optional(),
    reason: z.string().optional().openapi({ example: 'CrashLoopBackOff' }),
    message: z.string().optional(),
    exitCode: z.number().optional(),
    restarts: z.number().optional(),
    log: z.string().optional().openapi({ description: 'The last lines of the log.' }),
  })
  .openapi('Evidence', { description: 'What the verdict was read from.' });

export const rolloutSchema = z
  .object({
    id: z.string(),
    workload: z.string().openapi({ example: 'myapp/deployment/myapp' }),
    state: stateSchema,
    kind: z.enum(['update', 'rollback']),
    trigger: z.enum(['poll', 'webhook', 'manual', 'start', 'verdict', 'guard']).openapi({
      description:
        '`verdict`: a rollout failed, and this one undoes it. `guard`: somebody took away what was written, and this one puts it back.',
    }),
    code: codeSchema,
    message: z.string().openapi({ description: 'Why it was started, in a sentence.' }),
    changes: z.array(changeSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    durationMs: z.number().optional().openapi({ description: 'From start to end; absent while it is under way.' }),
    transitions: z.array(transitionSchema),
    evidence: evidenceSchema.optional(),
    generation: z
      .number()
      .openapi({ description: "The workload's generation that carries the change; 0 until written." }),
    rollbackOf: z.string().optional().openapi({ description: 'Id of the failed rollout that this one undoes.' }),
    unhealthyBefore: z
      .string()
      .optional()
      .openapi({ description: 'Why the workload did not work before anything was written: its image is not blamed.' }),
    written: z
      .object({ path: z.string().openapi({ description: 'The way by which it was written.', example: 'image-pin' }) })
      .optional()
      .openapi({ description: 'Absent until written.' }),
    soakingSince: timeSchema
      .optional()
      .openapi({ description: 'Since when all of its pods work, and are watched before it counts as good.' }),
  })
  .openapi('Rollout');

export const rolloutPageSchema = z
  .object({
    items: z.array(rolloutSchema),
    next: nextSchema,
  })
  .openapi('RolloutPage');
