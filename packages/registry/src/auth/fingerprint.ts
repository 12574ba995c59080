import { createHmac, randomBytes } from 'node:crypto';
import type { Credential } from '../types.ts';

/** A key of this process only, so that a leaked fingerprint reveals nothing. */
const key = randomBytes(32);

/** Distinguishes credentials without holding them. */
export function fingerprint(credential: Credential | undefined): string {
  if (credential === undefined) return 'anonymous';
  return createHmac('sha256', key).update(JSON.stringify(credential)).digest('base64url');
}
