import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { refuseInvalid } from '../problems/invalid.ts';

/**
 * Reads an optional JSON body, whatever its Content-Type: curl sends that of a form, and to ignore such a body would do something else than
 * the request says. No body counts as `{}`.
 *
 * @throws ApiProblem `malformed-request` when the body is not a JSON object, `invalid-parameters` when a field is unknown or invalid.
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context<ApiEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text();
  const given = z.looseObject({}).safeParse(text.trim() === '' ? {} : parse(text));
  if (!given.success) {
    const detail = 'The body is not a JSON object: send one like {"message":"…"}, or no body at all.';
    throw new ApiProblem('malformed-request', detail);
  }
  const result = schema.safeParse(given.data);
  if (result.success) return result.data;
  refuseInvalid({ ...result, target: 'body' });
  throw result.error;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An optional body in the OpenAPI document. The schema is a reference by name, so that the framework does not parse the body itself. */
export function optionalBody(name: string) {
  const schema = { $ref: `#/components/schemas/${name}` };
  return { body: { required: false, content: { 'application/json': { schema } } } };
}
