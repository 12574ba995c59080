import { z } from '@hono/zod-openapi';
import { codeSchema, digestSchema, momentSchema } from './common.ts';
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
    at: momentSchema,
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
    trigger: z.enum(['poll', 'webhook', 'manual', 'start']),
    code: codeSchema,
    reason: z.string().openapi({ description: 'Why it was started, in a sentence.' }),
    changes: z.array(changeSchema),
    createdAt: momentSchema,
    updatedAt: momentSchema,
    durationMs: z.number().optional().openapi({ description: 'From start to end; absent while it is under way.' }),
    transitions: z.array(transitionSchema),
    evidence: evidenceSchema.optional(),
    generation: z
      .number()
      .openapi({ description: "The workload's generation that carries the change; 0 until written." }),
  })
  .openapi('Rollout');

export const rolloutPageSchema = z
  .object({
    items: z.array(rolloutSchema),
    next: nextSchema,
  })
  .openapi('RolloutPage');
