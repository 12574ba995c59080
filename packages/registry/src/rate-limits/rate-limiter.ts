import { toIsoTime } from '@keelson/core';
import pLimit from 'p-limit';
import { failed, pausedAfter, RegistryError } from '../errors.ts';
import type { Settings } from '../options.ts';
import { orGaveUp } from './or-gave-up.ts';
import type { Outcome, Ticket } from './pause.ts';
import { Pause } from './pause.ts';

const unknown: Outcome = { type: 'unknown' };
const pausingCodes: ReadonlySet<string> = new Set(['rate-limited', 'timeout', 'unavailable']);

/** Limits the requests to one host: a number of them at the same time, and none while the host is paused. */
export class RateLimiter {
  readonly host: string;
  readonly #settings: Settings;
  readonly #pause: Pause;
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(host: string, settings: Settings) {
    this.host = host;
    this.#settings = settings;
    this.#pause = new Pause(settings.random);
    this.#limit = pLimit(settings.perHostConcurrency);
  }

  /**
   * Runs `work` when a slot is free. The error that it throws decides whether the host is paused.
   *
   * @throws RegistryError of code `paused` without running `work`, or of code `timeout` where the caller's signal aborted first
   */
  async run<T>(subject: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.#refuseWhilePaused(subject);
    // While this one waited, the host may have been paused, and the caller may have aborted.
    const turn = this.#limit(() => {
      this.#refuseWhilePaused(subject);
      signal?.throwIfAborted();
      return this.#attempt(signal, work);
    });
    return orGaveUp(turn, signal, { host: this.host, subject });
  }

  async #attempt<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const ticket = this.#pause.begin();
    try {
      const value = await work();
      this.#end(ticket, { type: 'answered' });
      return value;
    } catch (error) {
      const outcome = signal?.aborted ? unknown : outcomeOf(error, this.#settings.now());
      const isNew = this.#end(ticket, outcome);
      if (!(error instanceof RegistryError) || outcome.type !== 'failed') throw error;
      const until = this.#pause.retryAt(this.#settings.now());
      if (isNew && until !== undefined) {
        const fields = { host: this.host, code: error.code, until: toIsoTime(until) };
        this.#settings.log.warn(fields, 'registry host paused');
      }
      throw until === undefined ? error : pausedAfter(error, until);
    }
  }

  #end(ticket: Ticket, outcome: Outcome): boolean {
    return this.#pause.end(ticket, outcome, this.#settings.now());
  }

  #refuseWhilePaused(subject: string): void {
    const retryAt = this.#pause.retryAt(this.#settings.now());
    if (retryAt === undefined) return;
    const problem = `it is paused after failures until ${toIsoTime(retryAt)}`;
    throw failed('paused', { host: this.host, subject }, problem, { retryAt });
  }
}

function outcomeOf(error: unknown, now: number): Outcome {
  if (!(error instanceof RegistryError) || !pausingCodes.has(error.code)) return { type: 'answered' };
  return { type: 'failed', retryAfterMs: error.retryAt === undefined ? undefined : Math.max(0, error.retryAt - now) };
}
