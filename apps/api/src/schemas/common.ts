import { z } from '@hono/zod-openapi';
import { workloadKinds } from '@keelson/core';
import { problemKinds } from '../problems/api-problem.ts';

const name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a Kubernetes object name');

export const namespaceSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a Kubernetes namespace name')
  .openapi({ description: 'Kubernetes namespace.', example: 'myapp' });

const kinds = [...workloadKinds.map((kind) => kind.toLowerCase()), ...workloadKinds];

/** The path parameters of one workload. The parsed kind is in lower case. */
export const workloadParams = z.object({
  namespace: namespaceSchema,
  kind: z
    .enum(kinds)
    .transform((kind) => kind.toLowerCase())
    .openapi({
      type: 'string',
      enum: [...kinds],
      description: 'Kind of the object, in lower case or as Kubernetes writes it.',
      example: 'deployment',
    }),
  name: name.openapi({ description: 'Name of the Kubernetes object.', example: 'myapp' }),
});

export const workloadIdSchema = z
  .string()
  .max(340)
  .regex(/^[a-z0-9][-a-z0-9]*\/[A-Za-z]+\/[a-z0-9][-a-z0-9.]*$/, 'must be namespace/kind/name')
  .transform((id) => id.toLowerCase())
  .openapi({ type: 'string', description: 'A workload, as `namespace/kind/name`.', example: 'myapp/deployment/myapp' });

/** A time in a response. */
export const timeSchema = z.iso
  .datetime()
  .openapi({ description: 'Time, as RFC 3339 in UTC.', example: '2026-11-20T08:15:30.250Z' });

/** A time in a query: RFC 3339 or milliseconds since the epoch. Parsed to milliseconds since the epoch. */
export const timeQuery = z
  .union(
    [
      z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ],
    'must be RFC 3339, like 2026-11-20T08:15:30Z, or milliseconds since the epoch',
  )
  .openapi({ type: 'string', example: '2026-11-20T08:00:00Z' });

export const digestSchema = z.string().openapi({
  description: 'Digest of the image manifest.',
  example: 'sha256:4afff550708506c5b8b7384ad10d401a02b29ed587cb2730cb02753095b5178d',
});

export const codeSchema = z
  .string()
  .openapi({ description: 'The reason, as a stable code for programs.', example: 'new-digest' });

/** A problem, as RFC 9457 defines it. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'URN of the code.', example: 'urn:keelson:problem:workload-not-found' }),
    title: z.string().openapi({ description: 'Title of the code.', example: 'No such workload' }),
    status: z.int().openapi({ description: 'HTTP status.', example: 404 }),
    code: z
      .enum(Object.keys(problemKinds))
      .openapi({ description: 'The problem, as a stable code for programs.', example: 'workload-not-found' }),
    detail: z.string().openapi({ description: 'For people: what is wrong, where, and what to do.' }),
    instance: z
      .string()
      .optional()
      .openapi({ description: 'The id of the request, as in X-Request-Id and in the log.' }),
    invalid: z
      .array(z.object({ in: z.string(), name: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Each parameter that is wrong, and where it is.' }),
    missing: z
      .array(z.object({ part: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Each part of the process that is not ready.' }),
  })
  .openapi('Problem');
