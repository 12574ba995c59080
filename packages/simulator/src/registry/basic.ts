import type { Call } from './call.ts';

/** The user whose name and password the request carries (RFC 7617), or undefined. */
export function basicUser(call: Call, users: Readonly<Record<string, string>>): string | undefined {
  const encoded = /^Basic (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const user = text.slice(0, colon);
  return Object.hasOwn(users, user) && users[user] === text.slice(colon + 1) ? user : undefined;
}
