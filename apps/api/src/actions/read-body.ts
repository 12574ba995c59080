import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { refuseInvalid } from '../problems/invalid.ts';

/**
 * A body that may be left out, read as JSON whatever its Content-Type: curl's is that of a form, and to pass over such a body would do
 * something else than was asked for.
 *
 * @throws ApiProblem when it is no JSON object, or holds what is not known here.
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

/** A body that may be left out, for the OpenAPI document. The schema goes by name, so that the framework does not read it before us. */
export function optionalBody(name: string) {
  const schema = { $ref: `#/components/schemas/${name}` };
  return { body: { required: false, content: { 'application/json': { schema } } } };
}
