import { z } from 'zod';

const line = z.object({
  /** Stable, kebab-case: `cluster`, `deployment`, `secret`, `redis-policy` … */
  code: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  /** `ok`. `missing`: Keelson does not work without. `note`: it works, and better with. `unseen`: could not look. */
  status: z.enum(['ok', 'missing', 'note', 'unseen']),
  /** What there is, or is not, in a sentence. */
  message: z.string().min(1),
  /** What to do; absent where all is well. */
  remedy: z.string().min(1).exactOptional(),
});

/** What `keelson doctor --json` prints. A field that changes its meaning raises `version`. */
export const diagnosisSchema = z.object({
  version: z.literal(1),
  lines: z.array(line),
});

export type Line = z.output<typeof line>;
