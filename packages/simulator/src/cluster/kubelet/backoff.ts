/** As the kubelet's own: ten seconds grow to five minutes. */
const MOST = 30;

/** The delays of one container: each failure doubles the next. */
export class Backoff {
  readonly #firstMs: number;
  #failures = 0;

  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /** Milliseconds to wait after this failure. */
  next(): number {
    const factor = Math.min(2 ** this.#failures, MOST);
    this.#failures += 1;
    return this.#firstMs * factor;
  }

  forget(): void {
    this.#failures = 0;
  }
}
