import { createHash } from 'node:crypto';

/**
 * A place in the interval, from 1 to `intervalMs`, that depends on the text alone: workloads of one image tick together, different images
 * are spread over the interval.
 */
export function offsetFor(text: string, intervalMs: number): number {
  const number = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return 1 + (number % Math.max(1, Math.trunc(intervalMs)));
}
