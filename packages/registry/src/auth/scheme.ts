import type { IncomingHttpHeaders } from 'node:http';
import { mayFollow } from '../http/addresses.ts';
import { parseChallenges } from './challenges.ts';

/** How a host lets clients in, as far as we can answer it. */
export type Scheme =
  | { readonly type: 'basic' }
  | { readonly type: 'bearer'; readonly realm: URL; readonly service?: string; readonly scope?: string };

/**
 * The scheme to answer of those that a 401 offers; Bearer before Basic, since its tokens keep the password off most requests. Undefined
 * where none is known, or the realm is one that this registry may not send credentials to: only TLS, or plain HTTP where it speaks that itself.
 */
export function schemeOf(headers: IncomingHttpHeaders, registry: URL): Scheme | undefined {
  const header = headers['www-authenticate'];
  const challenges = parseChallenges(Array.isArray(header) ? header.join(', ') : (header ?? ''));
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const realm = URL.parse(bearer?.realm ?? '');
  if (bearer !== undefined && realm !== null && mayFollow(registry, realm)) {
    const { service, scope } = bearer;
    return { type: 'bearer', realm, ...(service === undefined ? {} : { service }), ...(scope ? { scope } : {}) };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { type: 'basic' } : undefined;
}
