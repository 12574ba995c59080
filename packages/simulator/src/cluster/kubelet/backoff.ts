/** The longest delay in first delays: the kubelet's ten seconds grow to five minutes. */
const maxFactor = 30;

/** The delays between restarts of one container: each failure doubles the next one. */
export class Backoff {
  readonly #firstMs: number;
  #failures = 0;

  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /** Milliseconds to wait after this failure. */
  next(): number {
    const factor = Math.min(2 ** this.#failures, maxFactor);
    this.#failures += 1;
    return this.#firstMs * factor;
  }

  /** The next failure waits as the first one did. */
  reset(): void {
    this.#failures = 0;
  }
}
