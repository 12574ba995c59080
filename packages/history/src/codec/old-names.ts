import { z } from 'zod';

const codes: ReadonlyMap<unknown, string> = new Map([
  ['undone', 'reverted'],
  ['rollback-by-hand', 'manual-rollback-required'],
]);

/**
 * Reads what releases before 0.2 wrote, of which clusters still carry copies in `keelson.sh/state`: `message` was called `sentence` there, and
 * two holds had other codes.
 */
export function orOldNames<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(renamed, schema);
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('sentence' in value)) return value;
  const { sentence, ...rest } = value;
  const code = 'code' in rest ? codes.get(rest.code) : undefined;
  return { ...rest, message: sentence, ...(code !== undefined && { code }) };
}
