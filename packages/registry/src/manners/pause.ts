const firstMs = 1_000;
const longestMs = 60_000;
/** When a probe is under way, it is known soon. */
const probeMs = 1_000;

export type Outcome =
  /** It answered: whatever it said, it is there. */
  | { readonly type: 'answered' }
  /** No answer, 5xx or 429; `retryAfterMs` is the least wait that it asked for. */
  | { readonly type: 'trouble'; readonly retryAfterMs?: number | undefined }
  /** The caller went away: nothing was learnt. */
  | { readonly type: 'unknown' };

export interface Ticket {
  readonly epoch: number;
}

/**
 * Whether a host is left alone, and until when. Trouble doubles the wait from 1 s to 60 s, each shortened by up to half so that many
 * clients do not come back together; when it ends one request goes ahead, and the others wait for what becomes of it.
 */
export class Pause {
  #failures = 0;
  #until = 0;
  #probing = false;
  /** Requests of one outage all fail; only the first of them counts. */
  #epoch = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds since the epoch, where the host is being left alone. */
  retryAt(now: number): number | undefined {
    if (now < this.#until) return this.#until;
    return this.#probing ? now + probeMs : undefined;
  }

  /** To be called where `retryAt` is undefined, and followed by `end`. */
  begin(): Ticket {
    if (this.#failures > 0) this.#probing = true;
    return { epoch: this.#epoch };
  }

  /** Returns whether this began a pause. */
  end({ epoch }: Ticket, outcome: Outcome, now: number): boolean {
    if (epoch !== this.#epoch) return false;
    this.#probing = false;
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
