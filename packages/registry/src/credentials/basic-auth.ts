import type { Credential } from '../types.ts';

/**
 * The `auth` field of docker config files: base64 of `name:password`, with or without padding, in one or several lines. It is read as Go's decoder
 * reads it, and so the kubelet: line breaks count for nothing anywhere. Undefined where it is none.
 */
export function readBasicAuth(auth: string): Extract<Credential, { type: 'basic' }> | undefined {
  const encoded = auth.replaceAll(/[\r\n]/g, '').trim();
  const rest = encoded.length % 4;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || (encoded.endsWith('=') ? rest !== 0 : rest === 1)) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes('\uFFFD')) return undefined;
  // Old docker clients padded passwords with zero bytes.
  return { type: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
