import type { z } from '@hono/zod-openapi';
import { problemSchema } from './common.ts';

const messages = {
  400: 'The request is invalid: `invalid` lists each parameter that is wrong.',
  401: 'A token is missing or wrong.',
  403: 'The token may not do this; or without tokens, the request is not of a program on this machine.',
  404: 'Not found.',
  409: 'Not possible in the current state: `code` and `detail` say why, and what to do.',
  413: 'The body is too large.',
  429: 'Too many requests from this address: see Retry-After.',
  503: 'Redis or a part of the process is not available: see Retry-After.',
} as const;

type ProblemStatus = keyof typeof messages;

interface ProblemResponse {
  readonly description: string;
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof problemSchema } };
}

/** The problem responses of a route, for the OpenAPI document. */
export function problems<Status extends ProblemStatus>(...statuses: Status[]): Record<Status, ProblemResponse>;
export function problems(...statuses: ProblemStatus[]): Partial<Record<ProblemStatus, ProblemResponse>> {
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(statuses.map((status) => [status, { description: messages[status], content }]));
}

/** A JSON response, for the OpenAPI document. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** Marks a route as one that requires a token, for the OpenAPI document. */
export const secured = { security: [{ bearer: [] }] };
