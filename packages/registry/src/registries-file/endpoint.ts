import { isLoopback } from '../http/addresses.ts';
import type { MirrorEndpoint } from './types.ts';

/**
 * A mirror's address as K3s reads it: without a scheme, https, but http for loopback on a port of its own; the path `/v2` where there is
 * none, else the path as it stands. Undefined where it is no such address, or carries a name and password.
 */
export function readEndpoint(text: string): MirrorEndpoint | undefined {
  const url = toUrl(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  const path = url.pathname.replace(/\/+$/, '');
  return { host: url.host, base: `${url.origin}${path === '' ? '/v2' : path}` };
}

function toUrl(text: string): URL | undefined {
  if (text.includes('://')) return URL.parse(text) ?? undefined;
  const url = URL.parse(`https://${text}`);
  if (url === null) return undefined;
  if (isLoopback(url.hostname) && url.port !== '') return URL.parse(`http://${text}`) ?? undefined;
  return url;
}
