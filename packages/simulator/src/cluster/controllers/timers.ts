/** The timers of a simulation, all scaled by one factor and stopped together. */
export class Timers {
  readonly #open = new Set<NodeJS.Timeout>();
  readonly #scale: number;
  #stopped = false;

  constructor(scale: number) {
    this.#scale = scale;
  }

  /** Runs the action after that many simulated milliseconds. @returns a function that cancels it */
  after(ms: number, action: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#open.delete(timer);
      action();
    }, ms * this.#scale);
    this.#open.add(timer);
    return () => {
      clearTimeout(timer);
      this.#open.delete(timer);
    };
  }

  /** Simulated milliseconds that have passed since a reading of performance.now(). */
  since(start: number): number {
    return this.#scale === 0 ? Infinity : (performance.now() - start) / this.#scale;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#open) clearTimeout(timer);
    this.#open.clear();
  }
}
