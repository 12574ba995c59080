import { z } from '@hono/zod-openapi';
import { codeSchema, digestSchema, timeSchema } from './common.ts';
import { nextSchema, unreadableSchema } from './paging.ts';
import { writePathSchema, writePathText } from './write-path.ts';

const states = ['pending', 'verifying', 'unproven', 'succeeded', 'failed', 'superseded', 'cancelled'] as const;

export const stateSchema = z.enum(states).openapi('RolloutState', {
  description:
    '`pending`: not written yet. `verifying`: written, and its pods are watched. `unproven`: written, and no pod can run it now, ' +
    'or what the pods run is not known; it is verified when that changes. `superseded`: replaced by a newer rollout. ' +
    '`cancelled`: no longer wanted.',
});

const versionShape = {
  tag: z.string().optional().openapi({ description: 'Tag of the image.', example: 'latest' }),
  commit: z.string().optional().openapi({ description: 'Label `org.opencontainers.image.revision` of the image.' }),
  built: z.string().optional().openapi({ description: 'When the image was built, as RFC 3339.' }),
  version: z.string().optional().openapi({ description: 'Label `org.opencontainers.image.version` of the image.' }),
  source: z.string().optional().openapi({ description: 'Label `org.opencontainers.image.source` of the image.' }),
};

const changeSchema = z
  .object({
    container: z.string().openapi({ description: 'Name of the container.', example: 'myapp' }),
    image: z.string().openapi({
      description: 'Repository with its host, without a tag.',
      example: 'registry.gitlab.com/cmunroe/ops/myapp',
    }),
    from: z
      .object({ ...versionShape, digest: digestSchema.optional() })
      .openapi({ description: 'The image before the rollout.' }),
    to: z.object({ ...versionShape, digest: digestSchema }).openapi({ description: 'The image that is rolled out.' }),
  })
  .openapi('Change');

const transitionSchema = z
  .object({
    state: stateSchema,
    at: timeSchema.openapi({ description: 'When the rollout reached this state or step, as RFC 3339 in UTC.' }),
    durationMs: z
      .number()
      .optional()
      .openapi({ description: 'Milliseconds until the next transition; absent on the newest one.' }),
    code: codeSchema,
    message: z.string().optional().openapi({ description: 'The reason for people.' }),
  })
  .openapi('Transition');

const evidenceSchema = z
  .object({
    pod: z.string().optional().openapi({ description: 'Name of the pod.' }),
    container: z.string().optional().openapi({ description: 'Name of the container.' }),
    reason: z
      .string()
      .optional()
      .openapi({ description: 'Reason in the Kubernetes status.', example: 'CrashLoopBackOff' }),
    message: z.string().optional().openapi({ description: 'Message in the Kubernetes status.' }),
    exitCode: z.number().optional().openapi({ description: 'Exit code of the container.' }),
    restarts: z.number().optional().openapi({ description: 'How often the container was restarted.' }),
    log: z.string().optional().openapi({ description: "The last lines of the container's log." }),
  })
  .openapi('Evidence', { description: 'What the verdict is based on.' });

export const rolloutSchema = z
  .object({
    id: z.string().openapi({ description: 'Id of the rollout; ids sort by start.', example: 'a6klagnhs' }),
    workload: z.string().openapi({ description: 'The workload.', example: 'myapp/deployment/myapp' }),
    state: stateSchema,
    kind: z.enum(['update', 'rollback']).openapi({ description: 'Whether it updates or rolls back.' }),
    trigger: z.enum(['poll', 'webhook', 'manual', 'start', 'verdict', 'guard']).openapi({
      description:
        'What started it. `manual`: a user. `start`: the start of Keelson. `verdict`: a failed rollout, which this one rolls back. ' +
        '`guard`: another field manager removed the pins, and this rollout restores them.',
    }),
    code: codeSchema,
    message: z.string().openapi({ description: 'Why it was started, for people.' }),
    changes: z.array(changeSchema).openapi({ description: 'The change of each container.' }),
    createdAt: timeSchema.openapi({ description: 'When it started, as RFC 3339 in UTC.' }),
    updatedAt: timeSchema.openapi({ description: 'When its newest transition was, as RFC 3339 in UTC.' }),
    durationMs: z
      .number()
      .optional()
      .openapi({ description: 'Milliseconds from its start to its end; absent while it has not ended.' }),
    transitions: z.array(transitionSchema).openapi({ description: 'Every state and step, oldest first.' }),
    evidence: evidenceSchema.optional(),
    generation: z
      .number()
      .openapi({ description: '`metadata.generation` of the workload with the change; 0 until it is written.' }),
    rollbackOf: z
      .string()
      .optional()
      .openapi({ description: 'Id of the failed rollout that this one rolls back automatically.' }),
    unhealthyBefore: z.string().optional().openapi({
      description: 'Why the workload was unhealthy before the write; then a failure is not blamed on the image.',
    }),
    written: z
      .object({ path: writePathSchema.openapi({ description: `The write path that was used. ${writePathText}` }) })
      .optional()
      .openapi({ description: 'How it was written; absent until it is.' }),
    soakingSince: timeSchema.optional().openapi({
      description:
        'Since when all of its pods are available and are watched before the rollout succeeds, as RFC 3339 in UTC.',
    }),
  })
  .openapi('Rollout');

export const rolloutPageSchema = z
  .object({
    items: z.array(rolloutSchema),
    unreadable: unreadableSchema,
    next: nextSchema,
  })
  .openapi('RolloutPage');
