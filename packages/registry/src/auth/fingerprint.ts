import { createHmac, randomBytes } from 'node:crypto';
import type { Credential } from '../types.ts';

/** Of this process only, so that a fingerprint that got out would tell nothing. */
const key = randomBytes(32);

/** Tells credentials apart without holding them. */
export function fingerprint(credential: Credential | undefined): string {
  if (credential === undefined) return 'anonymous';
  return createHmac('sha256', key).update(JSON.stringify(credential)).digest('base64url');
}
