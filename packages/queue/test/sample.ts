import { z } from 'zod';
import type { FunctionDefinition, Log } from '../src/index.ts';

/** Remembers what was logged. */
export function memoryLog(): Log & { readonly lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

const input = z.strictObject({ key: z.string(), n: z.number() });

/** A function whose jobs are `{ key, n }`. */
export function sampleFunction(
  more: Partial<FunctionDefinition<'sample', typeof input>> = {},
): FunctionDefinition<'sample', typeof input> {
  return {
    name: 'sample',
    input,
    concurrency: 10,
    deadlineMs: 20_000,
    retry: { attempts: 1, minMs: 10, maxMs: 40 },
    key: ({ key }) => key,
    ...more,
  };
}
