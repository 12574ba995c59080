import type { Credential } from '../types.ts';

/** The value of `Authorization` for a username and password (RFC 7617, in UTF-8). Undefined for other credentials. */
export function basicAuthorization(credential: Credential | undefined): string | undefined {
  if (credential?.type !== 'basic') return undefined;
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}
