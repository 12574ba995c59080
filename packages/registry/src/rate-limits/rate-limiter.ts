import { toIsoTime } from '@keelson/core';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { failed, pausedAfter, RegistryError } from '../errors.ts';
import type { Settings } from '../options.ts';
import { orGaveUp } from './or-gave-up.ts';
import type { Outcome } from './pause.ts';
import { Pause } from './pause.ts';

const unknown: Outcome = { type: 'unknown' };
const pausingCodes: ReadonlySet<string> = new Set(['rate-limited', 'timeout', 'unavailable']);
/** Requests of one kind at the same time: one that hangs must not take the slots of all others. */
const perRequestConcurrency = 4;
/** A host that answers none of so many repositories is paused. */
const failingRepositories = 3;

export interface LimitedRequest {
  /** Equal for requests that fail alike. */
  readonly key: string;
  readonly repository: string;
  /** Whether it is for what a digest names, and not for what a tag means. */
  readonly isContent: boolean;
  /** For messages: `the digest of ops/myapp:latest`. */
  readonly subject: string;
}

interface Lane {
  readonly pause: Pause;
  readonly limit: ReturnType<typeof pLimit>;
}

/**
 * Limits the requests to one host: a number of them at the same time, and none while the host is paused. A request that gets no answer while others
 * do is paused alone.
 */
export class RateLimiter {
  readonly host: string;
  readonly #settings: Settings;
  readonly #pause: Pause;
  readonly #tags: ReturnType<typeof pLimit>;
  /** Apart from tags: a verdict must not wait until all tags that are due were read. */
  readonly #content: ReturnType<typeof pLimit>;
  readonly #lanes = new LRUCache<string, Lane>({ max: 5_000 });
  /** The repositories without an answer since the last answer of the host. */
  readonly #failing = new Set<string>();
  /** How often the host has answered. */
  #answers = 0;

  constructor(host: string, settings: Settings) {
    this.host = host;
    this.#settings = settings;
    this.#pause = new Pause(settings.random);
    this.#tags = pLimit(settings.perHostConcurrency);
    this.#content = pLimit(settings.perHostConcurrency);
  }

  /**
   * Runs `work` when a slot is free. The error that it throws decides whether the host or the request is paused.
   *
   * @throws RegistryError of code `paused` without running `work`, or of code `timeout` where the caller's signal aborted first
   */
  async run<T>(request: LimitedRequest, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const lane = this.#laneOf(request.key);
    this.#refuseWhilePaused(request, lane);
    const limit = request.isContent ? this.#content : this.#tags;
    let isSent = false;
    const turn = lane.limit(() =>
      limit(() => {
        // While this one waited, the host may have been paused, and the caller may have aborted.
        this.#refuseWhilePaused(request, lane);
        signal?.throwIfAborted();
        isSent = true;
        return this.#attempt(request, lane, signal, work);
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

  async #attempt<T>(
    { repository }: LimitedRequest,
    lane: Lane,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { now, log } = this.#settings;
    const began = now();
    const tickets = { host: this.#pause.begin(began), lane: lane.pause.begin(began) };
    const answers = this.#answers;
    try {
      const value = await work();
      this.#answered();
      this.#pause.end(tickets.host, { type: 'answered' }, now());
      lane.pause.end(tickets.lane, { type: 'answered' }, now());
      return value;
    } catch (error) {
      const at = now();
      const outcome = signal?.aborted ? unknown : outcomeOf(error, at);
      const extent = this.#extentOf(error, outcome, repository, answers);
      const isNew = this.#pause.end(tickets.host, extent === 'host' ? outcome : ofHost(extent), at);
      lane.pause.end(tickets.lane, outcome, at);
      if (!(error instanceof RegistryError) || outcome.type !== 'failed') throw error;
      const until = this.#pause.retryAt(at);
      if (extent === 'host' && until !== undefined) {
        if (isNew) {
          log.warn({ host: this.host, code: error.code, until: toIsoTime(until) }, 'registry host paused');
        }
        throw pausedAfter(error, until, 'host');
      }
      const alone = lane.pause.retryAt(at);
      throw alone === undefined ? error : pausedAfter(error, alone, 'request');
    }
  }

  /** Whether the outcome is one of the host or of this request. Counts failures of requests until they are one of the host. */
  #extentOf(error: unknown, outcome: Outcome, repository: string, answers: number): 'host' | 'request' | 'answered' {
    if (outcome.type === 'unknown') return 'request';
    const extent = error instanceof RegistryError ? error.extent : 'request';
    if (outcome.type === 'answered' || extent === 'elsewhere') {
      this.#answered();
      return 'answered';
    }
    if (extent === 'host') return 'host';
    // Who answers others is not down.
    if (answers !== this.#answers) return 'request';
    this.#failing.add(repository);
    return this.#failing.size >= failingRepositories ? 'host' : 'request';
  }

  #answered(): void {
    this.#answers++;
    this.#failing.clear();
  }

  #laneOf(key: string): Lane {
    const lane = this.#lanes.get(key) ?? {
      pause: new Pause(this.#settings.random),
      limit: pLimit(perRequestConcurrency),
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #refuseWhilePaused({ subject }: LimitedRequest, lane: Lane): void {
    const now = this.#settings.now();
    const retryAt = this.#pause.retryAt(now) ?? lane.pause.retryAt(now);
    if (retryAt === undefined) return;
    const problem = `it is paused after failures until ${toIsoTime(retryAt)}`;
    throw failed('paused', { host: this.host, subject }, problem, { retryAt });
  }
}

/** What the outcome of a request says about the host. */
function ofHost(extent: 'request' | 'answered'): Outcome {
  return extent === 'answered' ? { type: 'answered' } : unknown;
}

function outcomeOf(error: unknown, now: number): Outcome {
  if (!(error instanceof RegistryError)) return { type: 'answered' };
  // Refused here: nothing was sent.
  if (error.code === 'paused') return unknown;
  if (!pausingCodes.has(error.code)) return { type: 'answered' };
  return { type: 'failed', retryAfterMs: error.retryAt === undefined ? undefined : Math.max(0, error.retryAt - now) };
}
