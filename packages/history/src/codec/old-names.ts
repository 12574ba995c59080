import { z } from 'zod';

/** Codes as earlier builds stored them, and as they are called now. None is used for anything else. */
const codes: ReadonlyMap<string, string> = new Map([
  ['held', 'on-hold'],
  ['may-be-undone', 'may-be-reverted'],
  ['not-yet', 'unsupported'],
  ['policy-not-yet', 'policy-unsupported'],
  ['put-back', 'pin-restored'],
  ['rollback-by-hand', 'manual-rollback-required'],
  ['undone', 'reverted'],
  ['undone-by-someone', 'reverted-by-someone'],
]);
/** Followed by the name of a write path. */
const oldRevertedPrefix = 'broken-';

/** The current name of a code of a decision, a transition, a hold or a warning. */
export function currentCode(code: string): string {
  if (code.startsWith(oldRevertedPrefix)) return `reverted-${code.slice(oldRevertedPrefix.length)}`;
  return codes.get(code) ?? code;
}

/**
 * Reads objects of earlier builds, of which Redis and the annotation `keelson.sh/state` still have copies: `message` was called `sentence`,
 * the trigger `webhook` was called `hint`, and some codes had other names.
 */
export function orOldNames<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(withCurrentNames, schema);
}

function withCurrentNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { sentence, ...rest } = { sentence: undefined, ...value };
  return {
    ...rest,
    ...(sentence !== undefined && { message: sentence }),
    ...('code' in rest && typeof rest.code === 'string' && { code: currentCode(rest.code) }),
    ...('trigger' in rest && rest.trigger === 'hint' && { trigger: 'webhook' }),
  };
}
