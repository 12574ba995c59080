import type { IncomingHttpHeaders } from 'node:http';
import { mayFollow } from '../http/addresses.ts';
import type { Challenge } from './challenges.ts';
import { parseChallenges } from './challenges.ts';

/** The authorization scheme that a host demands. */
export type Scheme =
  | { readonly type: 'basic' }
  /** Credentials must not go to the realm that it names. */
  | { readonly type: 'forbidden'; readonly realm: URL }
  | { readonly type: 'bearer'; readonly realm: URL; readonly service?: string; readonly scope?: string };

/**
 * The scheme to use of those that a 401 offers: Bearer before Basic, since its tokens keep the password out of most requests. A realm must use
 * TLS, or plain HTTP where the registry does too. Undefined where no scheme is known.
 */
export function schemeOf(headers: IncomingHttpHeaders, registry: URL): Scheme | undefined {
  const challenges = challengesIn(headers);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const realm = URL.parse(bearer?.realm ?? '');
  if (bearer !== undefined && realm !== null && mayFollow(registry, realm)) {
    const { service, scope } = bearer;
    return { type: 'bearer', realm, ...(service === undefined ? {} : { service }), ...(scope ? { scope } : {}) };
  }
  if (challenges.some(({ scheme }) => scheme === 'basic')) return { type: 'basic' };
  return bearer !== undefined && realm !== null ? { type: 'forbidden', realm } : undefined;
}

/** The challenges of a 401, in one header or in several. */
export function challengesIn(headers: IncomingHttpHeaders): Challenge[] {
  const header = headers['www-authenticate'];
  return parseChallenges(Array.isArray(header) ? header.join(', ') : (header ?? ''));
}
