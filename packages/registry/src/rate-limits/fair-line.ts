export interface FairLineOptions {
  /** How many run at the same time. */
  readonly atOnce: number;
  /** How many of one namespace do. @default all of them */
  readonly perShare?: number;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Runs work in turns: of the namespaces that wait, each gets one turn before any of them gets another one. */
export class FairLine {
  readonly #atOnce: number;
  readonly #perShare: number;
  #running = 0;
  /** By share; the one whose turn is the longest ago comes first. */
  readonly #lines = new Map<string, Line>();

  constructor({ atOnce, perShare = atOnce }: FairLineOptions) {
    this.#atOnce = atOnce;
    this.#perShare = perShare;
  }

  async run<T>(share: string, work: () => Promise<T>): Promise<T> {
    await this.#turn(share);
    try {
      return await work();
    } finally {
      this.#end(share);
    }
  }

  #turn(share: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const line = this.#lines.get(share) ?? { running: 0, waiting: [] };
    line.waiting.push(resolve);
    this.#lines.set(share, line);
    this.#next();
    return promise;
  }

  #end(share: string): void {
    const line = this.#lines.get(share);
    if (line !== undefined && --line.running === 0 && line.waiting.length === 0) this.#lines.delete(share);
    this.#running--;
    this.#next();
  }

  #next(): void {
    if (this.#running >= this.#atOnce) return;
    for (const [share, line] of this.#lines) {
      if (line.running >= this.#perShare) continue;
      const start = line.waiting.shift();
      if (start === undefined) continue;
      this.#lines.delete(share);
      this.#lines.set(share, line);
      this.#running++;
      line.running++;
      start();
      return;
    }
  }
}
