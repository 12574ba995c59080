import { z } from 'zod';
import type { ClusterStop, Hold, QuarantineEntry, Undone } from '../marks/types.ts';
import { clipText } from './clip.ts';
import { digest } from './json.ts';

const text = z.string();
const sentence = text.transform(clipText);

export const quarantineList = z.array(
  z.object({
    container: text,
    image: text,
    tag: text.exactOptional(),
    digest,
    code: text,
    sentence,
    at: z.number(),
    rollout: text.exactOptional(),
  }),
) satisfies z.ZodType<QuarantineEntry[]>;

export const hold = z.object({
  code: z.enum([
    'paused',
    'manual-rollback',
    'rollback-failed',
    'last-good-gone',
    'no-last-good',
    'rollback-by-hand',
    'too-many-failures',
    'undone',
    'off',
  ]),
  sentence,
  at: z.number(),
}) satisfies z.ZodType<Hold>;

export const undone = z.object({
  manager: sentence,
  times: z.int(),
  at: z.number(),
}) satisfies z.ZodType<Undone>;

/** Of a hash, whose values are texts. */
export const clusterStop = z.object({ sentence: text, at: z.coerce.number() }) satisfies z.ZodType<ClusterStop>;
