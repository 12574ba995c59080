import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Answer, Request } from '../http/exchange.ts';
import { abortable } from '../manners/abortable.ts';
import { SingleFlight } from '../manners/single-flight.ts';
import type { Settings } from '../options.ts';
import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';
import type { Token } from './fetch-token.ts';
import { fetchToken } from './fetch-token.ts';
import { fingerprint } from './fingerprint.ts';
import type { Scheme } from './scheme.ts';
import { schemeOf } from './scheme.ts';

/** Who asks for what, and where. */
export interface Visit {
  /** The registry's host with its port, and an URL on it. */
  readonly host: string;
  readonly url: URL;
  readonly repository: string;
  readonly credential: Credential | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What goes along with a request. */
export type Pass =
  | { readonly type: 'none' }
  | { readonly type: 'basic'; readonly header: string }
  | { readonly type: 'bearer'; readonly header: string; readonly token: Token; readonly fresh: boolean }
  /** The realm refused the credential, so that nothing needs to be sent. */
  | { readonly type: 'refused' };

/** Remembers how each host lets clients in, and its tokens for as long as they live. */
export class Authorizer {
  readonly #settings: Settings;
  readonly #send: (request: Request) => Promise<Answer>;
  readonly #schemes = new LRUCache<string, Scheme>({ max: 1_000 });
  readonly #tokens = new LRUCache<string, Token>({ max: 10_000 });
  readonly #flights = new SingleFlight<Token | undefined>();

  constructor(settings: Settings, send: (request: Request) => Promise<Answer>) {
    this.#settings = settings;
    this.#send = send;
  }

  /** For the first request of a visit: what the host asked for last time, so that at rest there is no 401. */
  async first(visit: Visit): Promise<Pass> {
    const scheme = this.#schemes.get(visit.host);
    if (scheme === undefined) return { type: 'none' };
    if (scheme.type === 'basic') return basicPass(visit.credential) ?? { type: 'none' };
    const kept = this.#tokens.get(keyOf(visit));
    if (kept !== undefined && kept.expires > this.#settings.now()) return bearerPass(kept, false);
    try {
      const token = await this.#fetch(visit, scheme, kept?.scope ?? pullScope(visit));
      return token === undefined ? { type: 'refused' } : bearerPass(token, true);
    } catch (error) {
      // The realm may have moved; without it remembered, the next request's 401 names it anew.
      if (!visit.signal?.aborted) this.#schemes.delete(visit.host);
      throw error;
    }
  }

  /** After a 401: what its challenge asks for, or undefined where there is nothing else to offer. */
  async again(visit: Visit, used: Pass, headers: IncomingHttpHeaders): Promise<Pass | undefined> {
    const scheme = schemeOf(headers, visit.url);
    if (scheme === undefined) return undefined;
    this.#schemes.set(visit.host, scheme);
    if (scheme.type === 'basic') return used.type === 'basic' ? undefined : basicPass(visit.credential);
    const scope = scheme.scope ?? pullScope(visit);
    const refused = used.type === 'bearer' ? used.token : undefined;
    if (used.type === 'bearer' && used.fresh && used.token.scope === scope) return undefined;
    // Somebody else may have fetched one in the meantime.
    const kept = this.#tokens.get(keyOf(visit));
    const good = kept !== undefined && kept.expires > this.#settings.now() && kept.scope === scope;
    if (good && kept.value !== refused?.value) return bearerPass(kept, true);
    this.#tokens.delete(keyOf(visit));
    const token = await this.#fetch(visit, scheme, scope);
    return token === undefined ? undefined : bearerPass(token, true);
  }

  #fetch(visit: Visit, scheme: Extract<Scheme, { type: 'bearer' }>, scope: string): Promise<Token | undefined> {
    const { host, credential, signal } = visit;
    const { maxBodyBytes, now } = this.#settings;
    const asked = `a token from ${scheme.realm.host}`;
    const flight = this.#flights.run(`${keyOf(visit)}\n${scope}`, async () => {
      const token = await fetchToken({ scheme, scope, credential, host, asked, maxBodyBytes }, this.#send, now);
      if (token !== undefined) this.#tokens.set(keyOf(visit), token);
      return token;
    });
    return abortable(flight, signal, { host, asked });
  }
}

function keyOf({ host, repository, credential }: Visit): string {
  return `${host}\n${repository}\n${fingerprint(credential)}`;
}

function pullScope({ repository }: Visit): string {
  return `repository:${repository}:pull`;
}

function basicPass(credential: Credential | undefined): Pass | undefined {
  const header = basicAuthorization(credential);
  return header === undefined ? undefined : { type: 'basic', header };
}

function bearerPass(token: Token, fresh: boolean): Pass {
  return { type: 'bearer', header: `Bearer ${token.value}`, token, fresh };
}
