import { isLoopback } from '../http/addresses.ts';
import type { MirrorEndpoint } from './types.ts';

/**
 * A mirror's address as K3s reads it: without a scheme, https, but http for loopback on a port of its own; the path `/v2` where there is
 * none, else the path as it stands. Undefined where it is no such address, or carries a name and password.
 */
export function readEndpoint(text: string): MirrorEndpoint | undefined {
  const { url, guessed } = toUrl(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  const path = url.pathname.replace(/\/+$/, '');
  return { host: url.host, base: `${url.origin}${path === '' ? '/v2' : path}`, ...(guessed && { guessed }) };
}

function toUrl(text: string): { readonly url?: URL; readonly guessed?: true } {
  if (text.includes('://')) return parsed(text);
  const { url } = parsed(`https://${text}`);
  // With the port of HTTPS written out the parser has left it out.
  if (url === undefined || !isLoopback(url.hostname) || url.port === '') return url === undefined ? {} : { url };
  return { ...parsed(`http://${text}`), guessed: true };
}

function parsed(text: string): { readonly url?: URL } {
  const url = URL.parse(text);
  return url === null ? {} : { url };
}
