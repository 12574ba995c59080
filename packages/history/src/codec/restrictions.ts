import { z } from 'zod';
import type { Hold, QuarantineEntry, Reverted, Stop } from '../restrictions/types.ts';
import { digest, shown as message } from './json.ts';
import { orOldNames } from './old-names.ts';
import { time } from './time.ts';

const text = z.string();

export const quarantineEntry = orOldNames(
  z.object({
    container: text,
    image: text,
    tag: text.exactOptional(),
    digest,
    code: text,
    message,
    at: time,
    rollout: text.exactOptional(),
    restored: z.literal(true).exactOptional(),
  }),
) satisfies z.ZodType<QuarantineEntry>;

export const quarantineList = z.array(quarantineEntry);

export const hold = orOldNames(
  z.object({
    code: z.enum([
      'paused',
      'manual-rollback',
      'rollback-failed',
      'last-good-gone',
      'no-last-good',
      'manual-rollback-required',
      'too-many-failures',
      'reverted',
      'running-another-digest',
      'off',
    ]),
    message,
    at: time,
    startQuarantined: z.literal(true).exactOptional(),
    restored: z.literal(true).exactOptional(),
  }),
) satisfies z.ZodType<Hold>;

export const reverted = z.object({
  manager: message,
  times: z.int(),
  at: time,
  recent: z.array(time).exactOptional(),
  restoreAt: time.exactOptional(),
}) satisfies z.ZodType<Reverted>;

/** From a Redis hash, whose values are texts. */
export const clusterStop = orOldNames(
  z.object({ message: text, at: z.coerce.number().pipe(time) }),
) satisfies z.ZodType<Stop>;
