import { FairCache, toIsoTime } from '@keelson/core';
import pLimit from 'p-limit';
import { failed, pausedAfter, RegistryError, refusedAgain } from '../errors.ts';
import type { Settings } from '../options.ts';
import { FairLine } from './fair-line.ts';
import { mostAtOnce } from './most-at-once.ts';
import { orGaveUp } from './or-gave-up.ts';
import type { Outcome, Ticket } from './pause.ts';
import { Pause } from './pause.ts';
import type { Blamed } from './whose-failure.ts';
import { outcomeOf, whoseFailure } from './whose-failure.ts';

const unknown: Outcome = { type: 'unknown' };
const answered: Outcome = { type: 'answered' };
/** Requests of one kind at the same time: one that hangs must not take the slots of all others. */
const perRequestConcurrency = 4;
/** A host that answers a namespace none of so many repositories is paused for it. */
const failingRepositories = 3;
/** Registries lock out whoever sends wrong passwords: after so many in a row they are sent less and less often. */
const freeRefusals = 3;

export interface LimitedRequest {
  /** Equal for requests that fail alike. */
  readonly key: string;
  readonly repository: string;
  /** Whether it is for what a digest names, and not for what a tag means. */
  readonly isContent: boolean;
  /** For messages: `the digest of ops/myapp:latest`. */
  readonly subject: string;
  /** Who asks. */
  readonly share: string;
  /** Its credentials, without holding them; '' for none. */
  readonly account: string;
}

/** What is remembered of each namespace's requests of one kind. */
export interface Lane {
  readonly pause: Pause;
  readonly limit: ReturnType<typeof pLimit>;
}

/** What is remembered of a namespace, or of its requests with certain credentials. */
interface Client {
  readonly pause: Pause;
  /** The repositories without an answer since the last answer of the host. */
  readonly failing: Set<string>;
  /** How often the host had answered then. */
  since: number;
  /** Refusals of its credentials in a row, and the last one. */
  refusals: number;
  refusal?: RegistryError;
}

/** The memory of all rate limiters together. */
export class LimiterMemory {
  readonly lanes = new FairCache<Lane>(20_000);
  readonly clients = new FairCache<Client>(20_000);
}

type Scopes = Readonly<Record<'host' | 'account' | 'share' | 'request', Pause>>;

/**
 * Limits the requests to one host: a number of them at the same time, in turns of the namespaces, and none while the host is paused. Only what is the
 * host's own doing, such as a refused connection, pauses it for all; who gets 429 or no answer is paused alone (law 17).
 */
export class RateLimiter {
  readonly host: string;
  readonly #settings: Settings;
  readonly #memory: LimiterMemory;
  readonly #pause: Pause;
  readonly #tags: FairLine;
  /** Apart from tags: a verdict must not wait until all tags that are due were read. */
  readonly #content: FairLine;
  /** How often the host has answered. */
  #answers = 0;

  constructor(host: string, settings: Settings, memory: LimiterMemory) {
    this.host = host;
    this.#settings = settings;
    this.#memory = memory;
    this.#pause = new Pause(settings.random);
    const perShare = settings.perHostConcurrency;
    const atOnce = mostAtOnce(settings);
    this.#tags = new FairLine({ atOnce, perShare });
    this.#content = new FairLine({ atOnce, perShare });
  }

  /**
   * Runs `work` when a slot is free. The error that it throws decides who is paused.
   *
   * @throws RegistryError of code `paused` without running `work`, or of code `timeout` where the caller's signal aborted first
   */
  async run<T>(request: LimitedRequest, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const lane = this.#laneOf(request);
    this.#refuseWhilePaused(request);
    const line = request.isContent ? this.#content : this.#tags;
    let isSent = false;
    const turn = lane.limit(() =>
      line.run(request.share, async () => {
        // While this one waited, the host may have been paused, and the caller may have aborted.
        this.#refuseWhilePaused(request);
        signal?.throwIfAborted();
        isSent = true;
        return this.#attempt(request, signal, work);
      }),
    );
    try {
      return await orGaveUp(turn, signal, { host: this.host, subject: request.subject });
    } catch (error) {
      throw signal?.aborted && !isSent ? this.#stoodInLine(request, signal.reason) : error;
    }
  }

  /** Not a timeout of the host, and the caller is still owed a request. */
  #stoodInLine({ subject }: LimitedRequest, cause: unknown): RegistryError {
    const options = { cause, retryAt: this.#settings.now() };
    return failed('paused', { host: this.host, subject }, 'too many other requests to it were due before', options);
  }

  async #attempt<T>(request: LimitedRequest, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const { now } = this.#settings;
    const scopes = this.#scopesOf(request);
    const tickets = mapScopes(scopes, (pause) => pause.begin(now()));
    const answers = this.#answers;
    try {
      const value = await work();
      this.#answers++;
      this.#accepted(request);
      mapScopes(scopes, (pause, name) => pause.end(tickets[name], answered, now()));
      return value;
    } catch (error) {
      throw this.#afterFailure(error, request, { scopes, tickets, answers, aborted: signal?.aborted === true });
    }
  }

  /** Pauses whoever failed, and returns the error with the time until then. */
  #afterFailure(
    error: unknown,
    request: LimitedRequest,
    run: { scopes: Scopes; tickets: Readonly<Record<keyof Scopes, Ticket>>; answers: number; aborted: boolean },
  ): unknown {
    const { scopes, tickets } = run;
    const at = this.#settings.now();
    const refused = this.#refusalAfter(error, request);
    const outcome = run.aborted ? unknown : (refused ?? outcomeOf(error, at));
    const blamed = refused === undefined ? this.#blame(error, outcome, request, run.answers) : 'account';
    if (blamed === 'answered') this.#answers++;
    const outcomeFor = (name: keyof Scopes): Outcome => {
      if (name === blamed || (name === 'request' && refused === undefined)) return outcome;
      return blamed === 'answered' || (blamed === 'account' && name === 'host') ? answered : unknown;
    };
    const ended = mapScopes(scopes, (pause, name) => pause.end(tickets[name], outcomeFor(name), at));
    if (!(error instanceof RegistryError) || outcome.type !== 'failed') return error;
    const scope = blamed === 'answered' ? 'request' : blamed;
    const until = scopes[scope].retryAt(at);
    if (until === undefined) return error;
    if (refused !== undefined) return this.#remember(refusedAgain(error, until), request);
    if (scope !== 'request' && ended[scope]) this.#logPause(error, scope, request, until);
    return pausedAfter(error, until, scope);
  }

  #logPause({ code }: RegistryError, scope: keyof Scopes, { share }: LimitedRequest, until: number): void {
    const fields = { host: this.host, code, until: toIsoTime(until) };
    if (scope === 'host') this.#settings.log.warn(fields, 'registry host paused');
    else this.#settings.log.warn({ ...fields, share }, 'registry host paused for one namespace');
  }

  /** Whose doing a failure is. Counts those of requests until they are the namespace's. */
  #blame(error: unknown, outcome: Outcome, { share, repository }: LimitedRequest, answers: number): Blamed {
    const blamed = whoseFailure(error, outcome);
    // Who answers others is not down.
    if (blamed !== 'request' || outcome.type === 'unknown' || answers !== this.#answers) return blamed;
    const client = this.#clientOf(share, share);
    if (client.since !== this.#answers) client.failing.clear();
    client.since = this.#answers;
    client.failing.add(repository);
    return client.failing.size >= failingRepositories ? 'share' : 'request';
  }

  /** The outcome of a request whose credentials were refused too often. */
  #refusalAfter(error: unknown, { share, account }: LimitedRequest): Outcome | undefined {
    if (account === '' || !(error instanceof RegistryError) || error.code !== 'unauthorized') return undefined;
    const client = this.#clientOf(share, `${share}\n${account}`);
    client.refusals++;
    return client.refusals > freeRefusals ? { type: 'failed' } : undefined;
  }

  #remember(refusal: RegistryError, { share, account }: LimitedRequest): RegistryError {
    this.#clientOf(share, `${share}\n${account}`).refusal = refusal;
    return refusal;
  }

  #accepted({ share, account }: LimitedRequest): void {
    const client = this.#clientOf(share, `${share}\n${account}`);
    client.refusals = 0;
    delete client.refusal;
  }

  #scopesOf(request: LimitedRequest): Scopes {
    const { share, account } = request;
    return {
      host: this.#pause,
      account: this.#clientOf(share, `${share}\n${account}`).pause,
      share: this.#clientOf(share, share).pause,
      request: this.#laneOf(request).pause,
    };
  }

  #clientOf(share: string, name: string): Client {
    const key = `${this.host}\n${name}`;
    const client = this.#memory.clients.get(share, key) ?? {
      pause: new Pause(this.#settings.random),
      failing: new Set(),
      since: this.#answers,
      refusals: 0,
    };
    this.#memory.clients.set(share, key, client);
    return client;
  }

  #laneOf({ share, key: name }: LimitedRequest): Lane {
    const key = `${this.host}\n${share}\n${name}`;
    const lane = this.#memory.lanes.get(share, key) ?? {
      pause: new Pause(this.#settings.random),
      limit: pLimit(perRequestConcurrency),
    };
    this.#memory.lanes.set(share, key, lane);
    return lane;
  }

  #refuseWhilePaused(request: LimitedRequest): void {
    const now = this.#settings.now();
    const { host, account, share, request: lane } = this.#scopesOf(request);
    const { refusal } = this.#clientOf(request.share, `${request.share}\n${request.account}`);
    if (refusal !== undefined && account.retryAt(now) !== undefined) throw refusal;
    const ends = [host, account, share, lane].map((pause) => pause.retryAt(now));
    const retryAt = ends.find((end) => end !== undefined);
    if (retryAt === undefined) return;
    const problem = `it is paused after failures until ${toIsoTime(retryAt)}`;
    throw failed('paused', { host: this.host, subject: request.subject }, problem, { retryAt });
  }
}

function mapScopes<T>(scopes: Scopes, map: (pause: Pause, name: keyof Scopes) => T): Record<keyof Scopes, T> {
  const { host, account, share, request } = scopes;
  return {
    host: map(host, 'host'),
    account: map(account, 'account'),
    share: map(share, 'share'),
    request: map(request, 'request'),
  };
}
