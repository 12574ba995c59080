import type { z } from 'zod';
import type { FunctionDefinition } from '../types.ts';

/** The wait before the next attempt, in milliseconds: it doubles from `minMs` to `maxMs`, and jitter takes away up to half of it. */
export function backoffMs<Name extends string, Schema extends z.ZodType>(
  { minMs, maxMs }: FunctionDefinition<Name, Schema>['retry'],
  failures: number,
  chance: number = Math.random(),
): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(full * (0.5 + chance / 2));
}
