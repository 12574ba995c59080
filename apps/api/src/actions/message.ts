import { z } from '@hono/zod-openapi';

/** What a user writes about an action: one line of at most 300 characters, so that it fits into the message that Keelson stores. */
export const messageSchema = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must be one line of text')
  .openapi({
    description: 'Why the user does this: one line, shown in the history.',
    example: 'the checkout is broken',
  });

/** Puts a user's message behind what happened: `Paused by a user` becomes `Paused by a user (the checkout is broken)`. */
export function because(what: string, message: string | undefined): string {
  return message ? `${what} (${message.replace(/\.$/, '')})` : what;
}
