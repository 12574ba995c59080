/** How long a job comes later that finds its namespace's runs taken: about as long as these take, but within these bounds. In milliseconds. */
const soonestMs = 1_000;
const latestMs = 30_000;

/**
 * The runs of one function in this process, by namespace. None may have more than half of them at the same time: checks of a registry that hangs must
 * leave room for everybody else's.
 */
export class Shares {
  readonly #most: number;
  readonly #starts = new Map<string, Set<{ readonly at: number }>>();
  readonly #now: () => number;

  constructor(concurrency: number, now: () => number = Date.now) {
    this.#most = Math.max(1, Math.floor(concurrency / 2));
    this.#now = now;
  }

  /** How many milliseconds later a job of this namespace should come; undefined: now. `chance`: from 0 to 1, for the spread. */
  delayMs(share: string, chance: number): number | undefined {
    const running = this.#starts.get(share);
    const [oldest] = running ?? [];
    if (share === '' || running === undefined || oldest === undefined || running.size < this.#most) return undefined;
    const wait = Math.min(latestMs, Math.max(soonestMs, this.#now() - oldest.at));
    return Math.round(wait * (0.5 + chance));
  }

  async run<T>(share: string, work: () => Promise<T>): Promise<T> {
    const running = this.#starts.get(share) ?? new Set();
    const start = { at: this.#now() };
    this.#starts.set(share, running.add(start));
    try {
      return await work();
    } finally {
      running.delete(start);
      if (running.size === 0) this.#starts.delete(share);
    }
  }
}
