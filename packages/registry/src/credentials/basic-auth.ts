import type { Credential } from '../types.ts';

/** The `auth` field of docker config files: base64 of `name:password`, with or without padding. Undefined where it is none. */
export function readBasicAuth(auth: string): Extract<Credential, { type: 'basic' }> | undefined {
  const encoded = auth.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes('\uFFFD')) return undefined;
  // Old docker clients padded passwords with zero bytes.
  return { type: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
