import pLimit from 'p-limit';
import { failed, pausedAfter, RegistryError } from '../errors.ts';
import type { Settings } from '../options.ts';
import { abortable } from './abortable.ts';
import type { Outcome, Ticket } from './pause.ts';
import { Pause } from './pause.ts';

const unknown: Outcome = { type: 'unknown' };
const troubles: ReadonlySet<string> = new Set(['rate-limited', 'timeout', 'unavailable']);

/** The way to one host: so many at a time, and none while it is being left alone. */
export class HostGate {
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
   * Runs `work` when there is a place. What it throws tells whether the host is in trouble.
   *
   * @throws RegistryError of code `paused` without running it; of code `timeout` where the caller gave up before its turn
   */
  async pass<T>(asked: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.#refuseWhilePaused(asked);
    // It may have come into trouble, and the caller may have gone, while this one waited.
    const turn = this.#limit(() => {
      this.#refuseWhilePaused(asked);
      signal?.throwIfAborted();
      return this.#run(signal, work);
    });
    return abortable(turn, signal, { host: this.host, asked });
  }

  async #run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const ticket = this.#pause.begin();
    try {
      const value = await work();
      this.#end(ticket, { type: 'answered' });
      return value;
    } catch (error) {
      const outcome = signal?.aborted ? unknown : outcomeOf(error, this.#settings.now());
      const news = this.#end(ticket, outcome);
      if (!(error instanceof RegistryError) || outcome.type !== 'trouble') throw error;
      const until = this.#pause.retryAt(this.#settings.now());
      if (news && until !== undefined) {
        const fields = { host: this.host, code: error.code, until: new Date(until).toISOString() };
        this.#settings.log.warn(fields, 'registry host paused');
      }
      throw until === undefined ? error : pausedAfter(error, until);
    }
  }

  #end(ticket: Ticket, outcome: Outcome): boolean {
    return this.#pause.end(ticket, outcome, this.#settings.now());
  }

  #refuseWhilePaused(asked: string): void {
    const retryAt = this.#pause.retryAt(this.#settings.now());
    if (retryAt === undefined) return;
    const came = `after trouble it is left alone until ${new Date(retryAt).toISOString()}`;
    throw failed('paused', { host: this.host, asked }, came, { retryAt });
  }
}

function outcomeOf(error: unknown, now: number): Outcome {
  if (!(error instanceof RegistryError) || !troubles.has(error.code)) return { type: 'answered' };
  return { type: 'trouble', retryAfterMs: error.retryAt === undefined ? undefined : Math.max(0, error.retryAt - now) };
}
