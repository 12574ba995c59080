import type { z } from '@hono/zod-openapi';
import { problemSchema } from './common.ts';

const messages = {
  400: 'The request is wrong: `invalid` lists each parameter.',
  401: 'A token is required, or the one given is wrong.',
  403: 'Without a token only programs on this machine are answered.',
  404: 'Not there.',
  409: 'Not as things stand: `code` and `detail` say why, and what to do.',
  413: 'The body is too large.',
  429: 'Too many requests from this address; see Retry-After.',
  503: 'Something that Keelson needs does not answer; see Retry-After.',
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

/** For the routes that a token closes. */
export const secured = { security: [{ bearer: [] }] };
