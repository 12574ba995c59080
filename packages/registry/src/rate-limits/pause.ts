const firstMs = 1_000;
const longestMs = 60_000;
/** How long the others wait while a probe is running, in milliseconds: a probe may hang, where others would be answered. */
const probeMs = 1_000;

export type Outcome =
  /** The host answered, whatever the status. */
  | { readonly type: 'answered' }
  /** No answer, 5xx or 429; `retryAfterMs` is the least wait that it demands, in milliseconds. */
  | { readonly type: 'failed'; readonly retryAfterMs?: number | undefined }
  /** The caller aborted: nothing is known. */
  | { readonly type: 'unknown' };

export interface Ticket {
  readonly epoch: number;
}

/**
 * Whether a host is paused, and until when. Failures double the pause from 1 s to 60 s; jitter shortens each by up to half, so that many
 * clients do not return at the same time. After a pause one request goes first as a probe, and the others wait a second for its outcome.
 */
export class Pause {
  #failures = 0;
  #until = 0;
  /** Until when a probe is waited for; 0: there is none. */
  #probing = 0;
  /** All requests of one outage fail; only the first failure counts. */
  #epoch = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The end of the pause in milliseconds since the epoch; undefined while the host is not paused. */
  retryAt(now: number): number | undefined {
    const until = Math.max(this.#until, this.#probing);
    return now < until ? until : undefined;
  }

  /** Call it where `retryAt` is undefined, and `end` after it. */
  begin(now: number): Ticket {
    if (this.#failures > 0) this.#probing = now + probeMs;
    return { epoch: this.#epoch };
  }

  /** Returns whether this began a pause. */
  end({ epoch }: Ticket, outcome: Outcome, now: number): boolean {
    if (epoch !== this.#epoch) return false;
    this.#probing = 0;
    if (outcome.type === 'unknown') return false;
    if (outcome.type === 'answered') {
      if (this.#failures > 0) this.#epoch++;
      this.#failures = 0;
      return false;
    }
    this.#epoch++;
    this.#failures++;
    const full = Math.min(firstMs * 2 ** (this.#failures - 1), longestMs);
    const backoff = full * (1 - this.#random() / 2);
    this.#until = now + Math.max(backoff, outcome.retryAfterMs ?? 0);
    return true;
  }
}
