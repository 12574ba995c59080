import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';

type Credentials = readonly (Credential | undefined)[];

/** A text of a registry without the credentials that it was sent, in any form in which it may know them. */
export function withoutCredentials(text: string, credentials: Credentials): string {
  return credentials.flatMap(secretsOf).reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
}

/** Takes them out of what an error and its causes say: a registry may name them in a redirect, a realm or a type. */
export function hideCredentials(error: unknown, credentials: Credentials): void {
  for (let each = error; each instanceof Error; each = each.cause) {
    const message = withoutCredentials(each.message, credentials);
    // The message of an abort cannot be set, and names nothing of a registry.
    if (message === each.message) continue;
    each.message = message;
    if (each.stack !== undefined) each.stack = withoutCredentials(each.stack, credentials);
  }
}

function secretsOf(credential: Credential | undefined): string[] {
  if (credential === undefined) return [];
  const secret = credential.type === 'basic' ? credential.password : credential.token;
  const encoded = basicAuthorization(credential)?.slice('Basic '.length) ?? '';
  return [secret, encodeURIComponent(secret), encoded, encoded.replace(/=+$/, '')].filter((each) => each !== '');
}
