import { ApiError } from '../api-error.ts';

/** How many milliseconds one turn works before requests are served. */
const turn = 8;

/**
 * The keys that controllers have to reconcile, each once, however often it was added. Works a little each turn of the event loop, so
 * that the server keeps serving.
 */
export class WorkQueue {
  readonly #waiting = new Map<string, () => void>();
  #scheduled = false;
  #stopped = false;

  add(key: string, reconcile: () => void): void {
    this.#waiting.set(key, reconcile);
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const until = performance.now() + turn;
    for (const [key, reconcile] of this.#waiting) {
      this.#waiting.delete(key);
      attempt(reconcile);
      if (performance.now() > until) break;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}

/** What the API server refuses a controller (a namespace that ends, say) is settled by the next event; all else is a bug. */
function attempt(reconcile: () => void): void {
  try {
    reconcile();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
