import { z } from '@hono/zod-openapi';

/** What a person says about it. One line, so that it fits into a sentence. */
export const reasonSchema = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must be one line of text')
  .openapi({ description: 'Why, for whoever reads the history.', example: 'the checkout is broken' });

/** `Somebody paused it` and a reason become `Somebody paused it (the checkout is broken)`. */
export function because(what: string, reason: string | undefined): string {
  return reason ? `${what} (${reason.replace(/\.$/, '')})` : what;
}
