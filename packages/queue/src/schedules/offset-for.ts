import { createHash } from 'node:crypto';

/**
 * A place in the interval in milliseconds, from 1 to `intervalMs`. It depends on the text alone: workloads of one image tick together, and
 * different images are spread over the interval.
 */
export function offsetFor(text: string, intervalMs: number): number {
  const number = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return 1 + (number % Math.max(1, Math.trunc(intervalMs)));
}
