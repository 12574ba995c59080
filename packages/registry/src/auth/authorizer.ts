import type { IncomingHttpHeaders } from 'node:http';
import { bounds, FairCache } from '@keelson/core';
import type { RequestSubject } from '../errors.ts';
import { failed, RegistryError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/types.ts';
import type { Settings } from '../options.ts';
import { orGaveUp } from '../rate-limits/or-gave-up.ts';
import { SingleFlight } from '../rate-limits/single-flight.ts';
import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';
import type { Refusal, Token } from './fetch-token.ts';
import { fetchToken } from './fetch-token.ts';
import { fingerprint } from './fingerprint.ts';
import type { Scheme } from './scheme.ts';
import { challengesIn, schemeOf } from './scheme.ts';

type BearerScheme = Extract<Scheme, { type: 'bearer' }>;

/** One attempt of a request, with one credential. */
export interface Attempt {
  /** The registry's host with its port. */
  readonly host: string;
  readonly url: URL;
  /** The registry that a mirror stands for. */
  readonly namespace?: string | undefined;
  readonly repository: string;
  readonly credential: Credential | undefined;
  /** Who asks. */
  readonly share: string;
  /** For messages: `the digest of ops/myapp:latest`. */
  readonly subject: string;
  readonly signal: AbortSignal | undefined;
}

/** What authorizes a request. */
export type Authorization =
  | { readonly type: 'none' }
  | { readonly type: 'basic'; readonly header: string }
  | { readonly type: 'bearer'; readonly header: string; readonly token: Token; readonly fresh: boolean }
  /** The credential was refused, so nothing needs to be sent. `says`: what the realm said. */
  | { readonly type: 'refused'; readonly says: string };

/**
 * Remembers the scheme that each repository demands, and its tokens for as long as they live. A repository that is new is assumed to demand what
 * another one of its host did.
 */
export class Authorizer {
  readonly #settings: Settings;
  readonly #send: (request: HttpRequest) => Promise<HttpResponse>;
  /**
   * By host and repository, and by host and namespace: where one repository is a tenant's, its realm must not get the credentials for others. A mirror
   * may pass on the challenge of each registry that it stands for.
   */
  readonly #schemes = new FairCache<Scheme>(10_000);
  readonly #tokens = new FairCache<Token>(10_000);
  readonly #flights = new SingleFlight<Token | Refusal>();

  constructor(settings: Settings, send: (request: HttpRequest) => Promise<HttpResponse>) {
    this.#settings = settings;
    this.#send = send;
  }

  /** For the first request of an attempt: what was demanded last time, so that at rest there is no 401. */
  async initial(attempt: Attempt): Promise<Authorization> {
    const { share } = attempt;
    const own = this.#schemes.get(share, repositoryKeyOf(attempt));
    const scheme = own ?? this.#schemes.get(share, hostKeyOf(attempt));
    if (scheme === undefined || scheme.type === 'forbidden') return { type: 'none' };
    if (scheme.type === 'basic') return basicOf(attempt.credential) ?? { type: 'none' };
    const kept = this.#tokens.get(attempt.share, keyOf(attempt, scheme));
    if (kept !== undefined && kept.expires > this.#settings.now()) return bearerOf(kept, false);
    try {
      const authorization = authorizationOf(await this.#fetch(attempt, scheme, kept?.scope ?? pullScope(attempt)));
      return own === undefined && authorization.type === 'refused' ? { type: 'none' } : authorization;
    } catch (error) {
      if (attempt.signal?.aborted) throw error;
      // The realm may have moved. Once it is forgotten, the 401 of the next request names the new one.
      this.#schemes.delete(repositoryKeyOf(attempt));
      if (sameRealm(this.#schemes.get(share, hostKeyOf(attempt)), scheme)) this.#schemes.delete(hostKeyOf(attempt));
      // The realm of another repository may be none of this one's.
      if (own === undefined) return { type: 'none' };
      throw error;
    }
  }

  /**
   * After a 401: what its challenge demands, or undefined where there is nothing else to send.
   *
   * @throws RegistryError, of code `protocol` where credentials must not go to the realm that it names, or where it demands what no client can do
   */
  async afterChallenge(
    attempt: Attempt,
    used: Authorization,
    headers: IncomingHttpHeaders,
  ): Promise<Authorization | undefined> {
    const scheme = schemeOf(headers, attempt.url);
    if (scheme === undefined) {
      if (headers['www-authenticate'] === undefined) return undefined;
      throw unusable(attempt, headers);
    }
    if (scheme.type === 'forbidden') throw forbidden(attempt, scheme.realm);
    const { share } = attempt;
    this.#schemes.set(share, repositoryKeyOf(attempt), scheme);
    if (this.#schemes.get(share, hostKeyOf(attempt)) === undefined) {
      this.#schemes.set(share, hostKeyOf(attempt), scheme);
    }
    if (scheme.type === 'basic') return used.type === 'basic' ? undefined : basicOf(attempt.credential);
    const scope = scheme.scope ?? pullScope(attempt);
    const refused = used.type === 'bearer' ? used.token : undefined;
    if (used.type === 'bearer' && used.fresh && used.token.scope === scope) return undefined;
    // Another request may have fetched a token in the meantime.
    const kept = this.#tokens.get(attempt.share, keyOf(attempt, scheme));
    const good = kept !== undefined && kept.expires > this.#settings.now() && kept.scope === scope;
    if (good && kept.value !== refused?.value) return bearerOf(kept, true);
    this.#tokens.delete(keyOf(attempt, scheme));
    return authorizationOf(await this.#fetch(attempt, scheme, scope));
  }

  #fetch(attempt: Attempt, scheme: BearerScheme, scope: string): Promise<Token | Refusal> {
    const { host, credential, signal } = attempt;
    const { maxBodyBytes, now } = this.#settings;
    const subject = `a token from ${scheme.realm.host}`;
    const flight = this.#flights.run(`${keyOf(attempt, scheme)}\n${scope}`, attempt.share, async () => {
      const limit = Math.min(maxBodyBytes, bounds.tokenAnswerBytes);
      const request = { scheme, scope, credential, host, subject, maxBodyBytes: limit };
      const token = await fetchToken(request, this.#send, now).catch((error: unknown) => {
        throw ofRealm(error);
      });
      if ('value' in token) this.#tokens.set(attempt.share, keyOf(attempt, scheme), token);
      return token;
    });
    return orGaveUp(flight, signal, { host, subject });
  }
}

function hostKeyOf({ host, namespace = '', share }: Attempt): string {
  return `${host}\n${namespace}\n\n${share}`;
}

function repositoryKeyOf({ host, namespace = '', repository }: Attempt): string {
  return `${host}\n${namespace}\n${repository}`;
}

/** By realm too: before a repository was asked, another one's realm is tried for it. */
function keyOf(attempt: Attempt, { realm }: BearerScheme): string {
  return `${repositoryKeyOf(attempt)}\n${fingerprint(attempt.credential)}\n${realm.href}`;
}

function sameRealm(a: Scheme | undefined, b: Scheme): boolean {
  return a?.type === 'bearer' && b.type === 'bearer' && a.realm.href === b.realm.href;
}

function pullScope({ repository }: Attempt): string {
  return `repository:${repository}:pull`;
}

function basicOf(credential: Credential | undefined): Authorization | undefined {
  const header = basicAuthorization(credential);
  return header === undefined ? undefined : { type: 'basic', header };
}

function authorizationOf(token: Token | Refusal): Authorization {
  return 'value' in token ? bearerOf(token, true) : { type: 'refused', says: token.says };
}

/** A registry that uses TLS must not send credentials over plain HTTP, nor one elsewhere to an address of this machine. */
function forbidden(about: RequestSubject & Pick<Attempt, 'url'>, realm: URL): RegistryError {
  const why =
    about.url.protocol === 'https:' && realm.protocol === 'http:'
      ? 'credentials would go over plain HTTP, and the registry uses TLS'
      : 'a registry may not send its clients there';
  const name = `${realm.protocol}//${realm.host}${realm.pathname}`.slice(0, 200);
  const problem = `it demands a token of the realm ${name}, which gets no request: ${why}`;
  return failed('protocol', about, problem, { advice: 'Configure the registry to name its realm by https.' });
}

/** No pull secret helps where the challenge itself is of no use. */
function unusable(about: RequestSubject, headers: IncomingHttpHeaders): RegistryError {
  const names = challengesIn(headers).map(({ scheme }) => scheme.slice(0, 20));
  const problem = names.includes('bearer')
    ? 'it demands a token, and names no URL as the realm that issues it'
    : `it demands authentication by ${names.slice(0, 3).join(', ') || 'an unreadable challenge'}, which registries do not use`;
  const advice = 'Configure the registry to demand Basic, or Bearer with a realm that is a whole URL.';
  return failed('protocol', about, `${problem} (401)`, { advice, status: 401 });
}

/** A realm that cannot be reached is not the registry: others may need another one. */
function ofRealm(error: unknown): unknown {
  if (!(error instanceof RegistryError) || error.extent !== 'host' || error.retryAt !== undefined) return error;
  if (error.code === 'rate-limited') return error;
  return new RegistryError(error.code, error.host, error.message, { cause: error, extent: 'request' });
}

function bearerOf(token: Token, fresh: boolean): Authorization {
  return { type: 'bearer', header: `Bearer ${token.value}`, token, fresh };
}
