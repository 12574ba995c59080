import type { z } from 'zod';
import type { FunctionDefinition } from '../types.ts';

/** How long to wait before the next try, in milliseconds: doubling from `minMs` to `maxMs`, between half of it and all of it by chance. */
export function backoffMs<Name extends string, Schema extends z.ZodType>(
  { minMs, maxMs }: FunctionDefinition<Name, Schema>['retry'],
  failures: number,
  chance: number = Math.random(),
): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(full * (0.5 + chance / 2));
}
