import { z } from '@hono/zod-openapi';
import { codeSchema, digestSchema, timeSchema } from './common.ts';
import { nextSchema, unreadableSchema } from './paging.ts';
import { rolloutSchema } from './rollout.ts';
import { writePathSchema, writePathText } from './write-path.ts';

const containerSchema = z
  .object({
    name: z.string().openapi({ description: 'Name of the container.', example: 'myapp' }),
    image: z.string().openapi({
      description: 'Image reference in the pod template.',
      example: 'registry.gitlab.com/cmunroe/ops/myapp:latest',
    }),
    repository: z
      .string()
      .openapi({ description: 'Repository with its host.', example: 'registry.gitlab.com/cmunroe/ops/myapp' }),
    tag: z.string().optional().openapi({ description: 'The tag that is followed.', example: 'latest' }),
    rolledOut: digestSchema.optional().openapi({ description: 'The digest that was written last.' }),
    lastGood: digestSchema.optional().openapi({ description: 'The digest that a rollback returns to.' }),
    lastGoodProven: z.boolean().optional().openapi({
      description:
        'Whether pods were seen to work with `lastGood`. False: the workload had it before, and it is good until proven otherwise.',
    }),
    observed: digestSchema.optional().openapi({ description: 'The digest that the tag had at the last check.' }),
  })
  .openapi('Container');

const checkSchema = z
  .object({
    at: timeSchema.openapi({ description: 'When it ended, as RFC 3339 in UTC.' }),
    nextAt: timeSchema.optional().openapi({ description: 'When the next scheduled check is due, as RFC 3339 in UTC.' }),
    code: codeSchema,
    message: z.string().openapi({ description: 'What the check found, for people.' }),
    overtakenAt: timeSchema.optional().openapi({
      description:
        'When a rollout overtook what the check found, as RFC 3339 in UTC: `code` and `message` describe that rollout.',
    }),
    error: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .openapi({ description: 'Why the registry or the API server could not be read.' }),
  })
  .openapi('Check', { description: 'The result of the last check of the registry.' });

const restoredSchema = z.literal(true).optional().openapi({
  description:
    'It was restored from the annotation `keelson.sh/state` of the workload, as Redis did not know it: whoever may edit the workload may have written it.',
});

const quarantineSchema = z
  .object({
    container: z.string().openapi({ description: 'Name of the container.', example: 'myapp' }),
    image: z
      .string()
      .openapi({ description: 'Repository with its host.', example: 'registry.gitlab.com/cmunroe/ops/myapp' }),
    tag: z.string().optional().openapi({ description: 'The tag that referred to the digest.', example: 'latest' }),
    digest: digestSchema,
    code: codeSchema.openapi({
      description: 'The code of the verdict, or `manual` after a manual rollback.',
      example: 'crash-loop',
    }),
    message: z.string().openapi({ description: 'The reason for people.' }),
    at: timeSchema.openapi({ description: 'Since when, as RFC 3339 in UTC.' }),
    rollout: z.string().optional().openapi({ description: 'Id of the rollout that failed.' }),
    restored: restoredSchema,
  })
  .openapi('QuarantineEntry', {
    description: 'A digest that is not rolled out to the workload again until the tag moves or a user releases it.',
  });

export const holdSchema = z
  .object({
    code: codeSchema.openapi({ example: 'paused' }),
    message: z.string().openapi({ description: 'Why, and what to do.' }),
    at: timeSchema.openapi({ description: 'Since when, as RFC 3339 in UTC.' }),
    restored: restoredSchema,
  })
  .openapi('Hold', { description: 'Nothing new is rolled out to the workload until a user resumes it.' });

export const quarantineListSchema = z.array(quarantineSchema);

const revertedSchema = z
  .object({
    manager: z.string().openapi({ description: 'The field manager.', example: 'kubectl-rollout' }),
    times: z.int().openapi({ description: 'How often since the last rollout.' }),
    at: timeSchema.openapi({ description: 'The last time, as RFC 3339 in UTC.' }),
  })
  .openapi('Reverted', { description: 'The field manager that reverted what Keelson wrote.' });

const warningSchema = z
  .object({
    code: z
      .string()
      .openapi({ description: 'The warning, as a stable code for programs.', example: 'unknown-annotation' }),
    key: z.string().optional().openapi({ description: 'The annotation.', example: 'keel.sh/polcy' }),
    message: z.string().openapi({ description: 'What is wrong, and what to do.' }),
  })
  .openapi('Warning');

export const workloadSchema = z
  .object({
    id: z.string().openapi({ description: '`namespace/kind/name`.', example: 'myapp/deployment/myapp' }),
    namespace: z.string().openapi({ description: 'Kubernetes namespace.', example: 'myapp' }),
    kind: z.string().openapi({ description: 'Kind, as Kubernetes writes it.', example: 'Deployment' }),
    name: z.string().openapi({ description: 'Name of the object.', example: 'myapp' }),
    policy: z.string().openapi({ description: 'Its update policy.', example: 'force' }),
    trigger: z.enum(['poll', 'webhook']).openapi({
      description: '`poll`: checked on its schedule. `webhook`: checked only when a webhook or a user requests it.',
    }),
    schedule: z.string().openapi({ description: 'Its poll schedule, for people.', example: 'every 1m' }),
    intervalMs: z
      .number()
      .optional()
      .openapi({ description: 'Milliseconds between two scheduled checks; absent for a cron expression.' }),
    owner: z.string().openapi({ description: 'What else writes this object.', example: 'none' }),
    writePath: writePathSchema.openapi({
      description: `The write path that Keelson uses to roll out what a tag means now. ${writePathText}`,
    }),
    containers: z.array(containerSchema).openapi({ description: 'The containers that are followed.' }),
    why: z
      .string()
      .optional()
      .openapi({ description: 'Why the workload runs what it runs, for people; its hold first.' }),
    hold: holdSchema.optional(),
    quarantine: quarantineListSchema.openapi({ description: 'Newest first, at most 20.' }),
    reverted: revertedSchema.optional(),
    check: checkSchema.optional(),
    active: z.string().optional().openapi({ description: 'Id of the rollout that is under way.' }),
    unproven: z.string().optional().openapi({ description: 'Id of the rollout that no pod has proven yet.' }),
    latest: z.string().optional().openapi({ description: 'Id of the newest rollout, under way or done.' }),
    unreadable: z
      .array(
        z
          .object({
            part: z
              .enum(['check', 'hold', 'quarantine', 'reverted', 'digests', 'proofs'])
              .openapi({ description: 'The part that is absent for that reason.' }),
            message: z.string().openapi({ description: 'What is wrong, and what follows.' }),
          })
          .openapi('UnreadablePart'),
      )
      .optional()
      .openapi({ description: 'Parts of the workload that cannot be read from Redis; absent when all can.' }),
    warnings: z.array(warningSchema).openapi({ description: 'What is wrong in its annotations.' }),
  })
  .openapi('Workload');

export const workloadPageSchema = z
  .object({ items: z.array(workloadSchema), unreadable: unreadableSchema, next: nextSchema })
  .openapi('WorkloadPage');

export const workloadDetailSchema = z
  .object({ ...workloadSchema.shape, rollout: rolloutSchema.optional() })
  .openapi('WorkloadDetail', { description: 'A workload with its newest rollout in full.' });

export const checkAcceptedSchema = z
  .object({
    accepted: z.literal(true),
    workload: z.string().openapi({ description: 'The workload.', example: 'myapp/deployment/myapp' }),
  })
  .openapi('CheckAccepted');
