/** Waits that double from `minMs` to `maxMs`, each shortened by up to half at random so that clients do not retry in step. */
export interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

export function createBackoff(minMs: number, maxMs: number): Backoff {
  let step = 0;
  return {
    next() {
      const wait = Math.min(maxMs, minMs * 2 ** step);
      step = Math.min(step + 1, 30);
      return wait / 2 + (Math.random() * wait) / 2;
    },
    reset() {
      step = 0;
    },
  };
}
