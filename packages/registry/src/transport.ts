import { LRUCache } from 'lru-cache';
import type { Attempt, Authorization } from './auth/authorizer.ts';
import { Authorizer } from './auth/authorizer.ts';
import { fingerprint } from './auth/fingerprint.ts';
import type { Endpoint } from './endpoints.ts';
import type { RequestSubject } from './errors.ts';
import { failed } from './errors.ts';
import type { Agents } from './http/agents.ts';
import { exchange } from './http/exchange.ts';
import { follow } from './http/follow.ts';
import { retryableStatusError } from './http/retryable-status.ts';
import type { HttpRequest, HttpResponse } from './http/types.ts';
import type { Settings } from './options.ts';
import { RateLimiter } from './rate-limits/rate-limiter.ts';
import type { CallOptions, Credential } from './types.ts';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  /** Below the repository: `manifests/latest`. */
  readonly path: string;
  readonly accept: string;
  /** For people: `the digest of ops/myapp:latest`. */
  readonly subject: string;
  /** The most bytes of its body. @default the client's limit */
  readonly maxBytes?: number;
}

/** Sends requests to endpoints: authorized as each demands, within its rate limits, and with every failure as a RegistryError. */
export class Transport {
  readonly #settings: Settings;
  readonly #agents: Agents;
  readonly #authorizer: Authorizer;
  readonly #limiters = new LRUCache<string, RateLimiter>({ max: 1_000 });
  /** The fingerprint of the credential that was accepted last, by host and repository, to begin with it. */
  readonly #lastAccepted = new LRUCache<string, string>({ max: 10_000 });

  constructor(settings: Settings, agents: Agents) {
    this.#settings = settings;
    this.#agents = agents;
    this.#authorizer = new Authorizer(settings, (request) => this.#exchange(request));
  }

  /**
   * Returns a response with status 200.
   *
   * @throws RegistryError
   */
  request(
    endpoint: Endpoint,
    request: RegistryRequest,
    { credentials = [], signal }: CallOptions,
  ): Promise<HttpResponse> {
    const { host } = endpoint;
    const limiter = this.#limiters.get(host) ?? new RateLimiter(host, this.#settings);
    this.#limiters.set(host, limiter);
    return limiter.run(request.subject, signal, async () => {
      const candidates = this.#candidates(endpoint, credentials);
      let status = 401;
      for (const credential of candidates) {
        const attempt = { host, url: urlOf(endpoint, request), repository: endpoint.repository, credential, signal };
        const response = await this.#authorized(attempt, request);
        if (response === undefined || response.status === 401 || response.status === 403) {
          status = response?.status ?? 401;
          continue;
        }
        this.#lastAccepted.set(`${host}\n${endpoint.repository}`, fingerprint(credential));
        return this.#success(response, { host, subject: request.subject });
      }
      const tried = candidates.filter((credential) => credential !== undefined).length;
      throw failed('unauthorized', { host, subject: request.subject }, `${refusalOf(tried)} (${status})`);
    });
  }

  /** The response to an authorized request, or undefined where the realm refused the credential. */
  async #authorized(attempt: Attempt, request: RegistryRequest): Promise<HttpResponse | undefined> {
    const authorization = await this.#authorizer.initial(attempt);
    if (authorization.type === 'refused') return undefined;
    const response = await this.#follow(attempt, request, authorization);
    if (response.status !== 401) return response;
    const next = await this.#authorizer.afterChallenge(attempt, authorization, response.headers);
    return next === undefined ? undefined : this.#follow(attempt, request, next);
  }

  #follow(
    { host, url, signal }: Attempt,
    { method, accept, subject, maxBytes }: RegistryRequest,
    authorization: Authorization,
  ): Promise<HttpResponse> {
    const headers = 'header' in authorization ? { accept, authorization: authorization.header } : { accept };
    const maxBodyBytes = Math.min(this.#settings.maxBodyBytes, maxBytes ?? Number.POSITIVE_INFINITY);
    return follow({ method, url, headers, host, subject, maxBodyBytes, signal }, (request) => this.#exchange(request));
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    const headers = { 'user-agent': this.#settings.userAgent, ...request.headers };
    return exchange(this.#agents.for(request.url.host), this.#settings.deadlines, { ...request, headers });
  }

  #success(response: HttpResponse, about: RequestSubject): HttpResponse {
    if (response.status === 200) return response;
    const error = retryableStatusError(response, about, this.#settings.now());
    if (error !== undefined) throw error;
    if (response.status === 404) throw failed('not-found', about, 'it answered 404, not found');
    throw failed('protocol', about, `it answered ${response.status}`);
  }

  /**
   * The workload's own credentials before the node's, as the kubelet orders them. Mirrors get them too, as every node's container runtime
   * with the same registries.yaml sends them.
   */
  #candidates({ host, repository, credential }: Endpoint, given: readonly Credential[]): (Credential | undefined)[] {
    const all = credential === undefined ? given : [...given, credential];
    if (all.length === 0) return [undefined];
    const unique = [...new Map(all.map((each) => [fingerprint(each), each]))];
    const last = this.#lastAccepted.get(`${host}\n${repository}`);
    return unique.sort(([a], [b]) => Number(b === last) - Number(a === last)).map(([, each]) => each);
  }
}

function refusalOf(credentials: number): string {
  if (credentials === 0) return 'it refuses requests without credentials';
  return credentials === 1 ? 'the only credential was refused' : `all ${credentials} credentials were refused`;
}

function urlOf({ base, repository, namespace }: Endpoint, { path }: RegistryRequest): URL {
  const url = new URL(`${base}/${repository}/${path}`);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  return url;
}
