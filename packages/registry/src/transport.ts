import { bounds, FairCache } from '@keelson/core';
import { isDigest } from '@keelson/image';
import type { Attempt, Authorization } from './auth/authorizer.ts';
import { Authorizer } from './auth/authorizer.ts';
import { fingerprint } from './auth/fingerprint.ts';
import { refusalOf } from './auth/refusal-of.ts';
import type { Endpoint } from './endpoints.ts';
import type { RequestSubject } from './errors.ts';
import { failed, RegistryError } from './errors.ts';
import { HeadSupport, refusesHead } from './head-support.ts';
import type { Agents } from './http/agents.ts';
import { digestHeader } from './http/digest-header.ts';
import { exchange } from './http/exchange.ts';
import { follow } from './http/follow.ts';
import { PlainHosts } from './http/plain-hosts.ts';
import { readOf } from './http/read-body.ts';
import { retryableStatusError } from './http/retryable-status.ts';
import type { HttpRequest, HttpResponse } from './http/types.ts';
import type { Settings } from './options.ts';
import { BodyAllowance } from './rate-limits/body-allowance.ts';
import { FairLine } from './rate-limits/fair-line.ts';
import { ManifestBudget } from './rate-limits/manifest-budget.ts';
import { LimiterMemory, RateLimiter } from './rate-limits/rate-limiter.ts';
import type { Answer, RegistryRequest, Target } from './registry-request.ts';
import { acceptedKey, isAsked, keyOf, urlOf } from './registry-request.ts';
import type { CallOptions, Credential } from './types.ts';

/** What is reserved for a body until its length is known: more than most manifests and configs have. */
const expectedBytes = 64 * 1024;

/** Sends requests to endpoints: authorized as each demands, within its rate limits, and with every failure as a RegistryError. */
export class Transport {
  readonly #settings: Settings;
  readonly #agents: Agents;
  readonly #authorizer: Authorizer;
  readonly #heads: HeadSupport;
  readonly #budget: ManifestBudget;
  readonly #plain: PlainHosts;
  readonly #allowance: BodyAllowance;
  /** Apart from those that are read: no registry can be slow here. */
  readonly #compressed = new FairLine({ atOnce: bounds.longBodiesDecompressed, perShare: 1 });
  readonly #longBodies = new FairLine({ atOnce: bounds.longBodies, perShare: 1 });
  readonly #limiters = new FairCache<RateLimiter>(1_000);
  readonly #memory = new LimiterMemory();
  /** The credentials that a repository accepted, by their fingerprints, to begin with them. */
  readonly #accepted = new FairCache<true>(10_000);

  constructor(settings: Settings, agents: Agents) {
    this.#settings = settings;
    this.#agents = agents;
    this.#authorizer = new Authorizer(settings, (request) => this.#exchange(request));
    this.#heads = new HeadSupport(settings.now);
    this.#budget = new ManifestBudget(settings.now);
    this.#plain = new PlainHosts(settings.now);
    this.#allowance = new BodyAllowance(settings.now);
  }

  /**
   * Returns a response with status 200.
   *
   * @throws RegistryError
   */
  get(endpoint: Endpoint, request: RegistryRequest, options: CallOptions): Promise<HttpResponse> {
    return this.#run(endpoint, request, options, true, async (target, base) => {
      return this.#success(await this.#send(target, base, 'GET'), target);
    });
  }

  /**
   * Returns a response with status 200 to a HEAD, or to a GET where the registry refuses HEAD, or names no digest or no type that was asked for.
   * Where another endpoint may have the image, not `last`, only a HEAD that is not served at all counts as refused. The next request is a GET where a
   * HEAD got no response.
   *
   * @throws RegistryError
   */
  head(endpoint: Endpoint, request: RegistryRequest, options: CallOptions, last: boolean): Promise<HttpResponse> {
    const { host } = endpoint;
    const { share = '' } = options;
    return this.#run(endpoint, request, options, false, async (target, base) => {
      // By scheme too: what one refuses, the other one may serve.
      const what = `${base} ${keyOf(endpoint, request)}\n${target.candidates.map(fingerprint).sort().join()}`;
      const method = this.#heads.method(host, what, share);
      const first = await this.#send(target, base, method).catch((error: unknown) => {
        const isSilent = error instanceof RegistryError && error.unanswered === 'HEAD' && error.extent !== 'host';
        if (isSilent && !this.#budget.isLimited({ host, share })) this.#heads.silent(host, what);
        throw error;
      });
      const shouldGet = method === 'HEAD' && this.#shouldGet(target, first, last);
      const isUnchallenged = shouldGet && first.status === 401;
      if (isUnchallenged) this.#heads.silent(host, what);
      else if (method === 'HEAD') this.#heads.answered(host, what);
      if (method === 'HEAD' && !shouldGet) return this.#success(first, target);
      const response = method === 'HEAD' ? await this.#send(target, base, 'GET') : first;
      if (response.status !== 200 || !isAsked(request, response)) {
        if (response.status < 500) this.#heads.missing(host, what);
        return this.#success(response, target);
      }
      this.#heads.found(host, what);
      // With what a GET's challenge demands, the next HEAD may be answered.
      if (method === 'GET' || isUnchallenged) return response;
      // Where manifests are counted, one odd answer to a HEAD must not turn all into GETs.
      if (refusesHead(first.status) || !this.#budget.isLimited({ host, share })) this.#heads.refused(host, share);
      return response;
    });
  }

  #shouldGet({ endpoint: { host }, request, share }: Target, first: Answer, last: boolean): boolean {
    const { status, headers } = first;
    if (status === 200) return !isDigest(digestHeader(headers)) || !isAsked(request, first);
    if (refusesHead(status)) return true;
    if (status === 429 || headers['retry-after'] !== undefined) return false;
    // Where a challenge was answered, or a realm refused, a GET fares no better.
    if (status === 401 && (headers['www-authenticate'] !== undefined || first.says !== undefined)) return false;
    // Of a digest a HEAD is believed, unless HEAD is known to be refused there.
    if (status === 404 && request.path.includes(':') && !this.#heads.wasRefused(host, share)) return false;
    return last && !this.#budget.isLimited({ host, share });
  }

  async #run(
    endpoint: Endpoint,
    request: RegistryRequest,
    { credentials = [], share = '', signal }: CallOptions,
    isContent: boolean,
    work: (target: Target, base: string) => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const { host, repository } = endpoint;
    const limiter = this.#limiters.get(share, host) ?? new RateLimiter(host, this.#settings, this.#memory);
    this.#limiters.set(share, host, limiter);
    const candidates = this.#candidates(endpoint, credentials, share);
    const target = { endpoint, request, candidates, share, isContent, signal };
    const account = candidates.flatMap((one) => (one === undefined ? [] : [fingerprint(one)])).join();
    const { subject } = request;
    const limited = { key: keyOf(endpoint, request), repository, isContent, subject, share, account };
    const expected = isContent ? expectedBytes : 0;
    await this.#allowance.ready(share, expected, signal);
    let read = 0;
    try {
      return await limiter.run(limited, signal, () =>
        this.#plain.withScheme(endpoint, async (base) => {
          const response = await work(target, base);
          read = response.body.length;
          return response;
        }),
      );
    } catch (error) {
      read = readOf(error);
      throw error;
    } finally {
      this.#allowance.spend(share, read - expected);
    }
  }

  /** The response with the first credential that is not refused, else the last refusal. */
  async #send(target: Target, base: string, method: 'GET' | 'HEAD'): Promise<Answer> {
    const { endpoint, request, candidates, share, signal } = target;
    const { host, namespace, repository } = endpoint;
    const url = urlOf(base, endpoint, request);
    let refused: Answer = { method, status: 401, headers: {}, body: Buffer.alloc(0) };
    let says: string | undefined;
    let sent = 0;
    for (const credential of candidates) {
      const who = fingerprint(credential);
      const counted = request.path.startsWith('manifests/');
      if (counted && method === 'GET') this.#keepBudget(target, who);
      const attempt = { host, url, namespace, repository, credential, share, subject: request.subject, signal };
      const response = await this.#authorized(attempt, method, target);
      if (credential !== undefined && !('isUnsent' in response)) sent++;
      if ('says' in response) {
        says ||= response.says;
        continue;
      }
      if (counted) this.#budget.note({ host, who, share }, method, response.status, response.headers);
      if (response.status === 200) this.#accepted.set(share, acceptedKey(endpoint, who), true);
      if (!this.#mayBeRefusal(target, response.status, who)) return response;
      refused = response;
    }
    return { ...refused, says, sent };
  }

  /** Registries that hide private images answer that they do not exist, but not to whom they have shown them. */
  #mayBeRefusal({ endpoint, share }: Target, status: number, who: string): boolean {
    if (status === 404) return this.#accepted.get(share, acceptedKey(endpoint, who)) === undefined;
    return status === 401 || status === 403;
  }

  /** @throws RegistryError of code `paused` where the registry's limit for manifests is used up, or nearly and there is no need */
  #keepBudget({ endpoint: { host }, request: { subject, spare }, share }: Target, who: string): void {
    const retryAt = this.#budget.retryAt({ host, who, share });
    if (retryAt !== undefined) {
      throw failed('paused', { host, subject }, 'its limit for manifests is used up', { retryAt });
    }
    if (spare && !this.#budget.hasSpare({ host, who, share })) {
      throw failed('paused', { host, subject }, 'its limit for manifests is nearly used up');
    }
  }

  /** The response to an authorized request, or what the realm said when it refused the credential. `isUnsent`: nothing demanded such a credential. */
  async #authorized(
    attempt: Attempt,
    method: 'GET' | 'HEAD',
    target: Target,
  ): Promise<(HttpResponse & { readonly isUnsent?: true }) | { readonly says: string }> {
    const authorization = await this.#authorizer.initial(attempt);
    if (authorization.type === 'refused') return authorization;
    const response = await this.#follow(attempt, method, target, authorization);
    const isUnsent = authorization.type === 'none';
    if (response.status !== 401) return isUnsent ? { ...response, isUnsent } : response;
    const next = await this.#authorizer.afterChallenge(attempt, authorization, response.headers);
    if (next === undefined) return isUnsent ? { ...response, isUnsent } : response;
    return next.type === 'refused' ? next : this.#follow(attempt, method, target, next);
  }

  #follow(
    { host, url, signal }: Attempt,
    method: 'GET' | 'HEAD',
    { request: { accept, subject, maxBytes }, share, isContent }: Target,
    authorization: Authorization,
  ): Promise<HttpResponse> {
    const headers = 'header' in authorization ? { accept, authorization: authorization.header } : { accept };
    const maxBodyBytes = Math.min(this.#settings.maxBodyBytes, maxBytes ?? Number.POSITIVE_INFINITY);
    const inLine = (read: () => Promise<Buffer>) => this.#longBodies.run(share, read);
    const toDecompress = (run: () => Promise<Buffer>) => this.#compressed.run(share, run);
    const about = { host, subject, isContent, signal };
    return follow({ method, url, headers, maxBodyBytes, inLine, toDecompress, ...about }, (request) =>
      this.#exchange(request),
    );
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    const headers = { 'user-agent': this.#settings.userAgent, ...request.headers };
    return exchange(this.#agents.for(request), this.#settings.deadlines, { ...request, headers });
  }

  #success(response: Answer, { endpoint, request, candidates }: Target): HttpResponse {
    const about: RequestSubject = { host: endpoint.host, subject: request.subject };
    const { status, says, sent = 0 } = response;
    if (status === 200) return response;
    if (status === 401 || status === 403) {
      const given = candidates.filter((credential) => credential !== undefined).length;
      const { problem, advice } = refusalOf(response, { sent, given });
      const options = { status, ...(advice !== undefined && { advice }) };
      throw failed('unauthorized', about, `${problem} (${status})${says ? `: ${says}` : ''}`, options);
    }
    const error = retryableStatusError(response, about, this.#settings.now());
    if (error !== undefined) throw error;
    if (status === 404) throw failed('not-found', about, 'it answered 404, not found', { status });
    throw failed('protocol', about, `it answered ${status}`, { status });
  }

  /**
   * The workload's own credentials before the node's, as the kubelet orders them. Mirrors get them too, as every node's container runtime
   * with the same registries.yaml sends them.
   */
  #candidates(endpoint: Endpoint, given: readonly Credential[], share: string): (Credential | undefined)[] {
    const { credential } = endpoint;
    const all = credential === undefined ? given : [...given, credential];
    if (all.length === 0) return [undefined];
    const unique = [...new Map(all.map((each) => [fingerprint(each), each]))];
    const rank = (who: string) => (this.#accepted.get(share, acceptedKey(endpoint, who)) ? 0 : 1);
    return unique.sort(([a], [b]) => rank(a) - rank(b)).map(([, each]) => each);
  }
}
