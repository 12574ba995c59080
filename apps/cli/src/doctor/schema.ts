import { z } from 'zod';

const line = z.object({
  /** Stable, kebab-case: `cluster`, `deployment`, `secret`, `redis-policy` … */
  code: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  /** `missing`: Keelson, or a workload, does not work without it. `note`: it would work better with it. `unseen`: it could not be examined. */
  status: z.enum(['ok', 'missing', 'note', 'unseen']),
  /** What there is, or is missing. */
  message: z.string().min(1),
  /** What to do; absent for `ok`. */
  remedy: z.string().min(1).exactOptional(),
});

/** What `keelson doctor --json` prints. A field that changes its meaning raises `version`. */
export const diagnosisSchema = z.object({
  version: z.literal(1),
  lines: z.array(line),
});

export type Line = z.output<typeof line>;
