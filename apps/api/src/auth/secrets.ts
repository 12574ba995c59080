import { createHash, timingSafeEqual } from 'node:crypto';

/** Something that a secret stands for. The secret itself is not kept. */
export interface Known<Value> {
  readonly sha256: Buffer;
  readonly value: Value;
}

/** Secrets are compared by hash, so that the time depends neither on their length nor on their content. */
export function sha256Of(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What this secret stands for. Always compares with all of them, in constant time. */
export function findMatch<Value>(known: readonly Known<Value>[], given: string): Value | undefined {
  const hash = sha256Of(given);
  let found: Value | undefined;
  for (const { sha256, value } of known) if (timingSafeEqual(sha256, hash)) found = value;
  return found;
}
