import { bounds, FairCache } from '@keelson/core';
import { sleep } from '@keelson/core/wait';

/** Namespaces that read no body for some time have their whole allowance, and are forgotten. */
const mostShares = 10_000;

interface Spent {
  bytes: number;
  at: number;
}

/** How many bytes of bodies each namespace may have read: what is over that is read later. */
export class BodyAllowance {
  readonly #spent = new FairCache<Spent>(mostShares);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Waits until the namespace may have a body read, of `bytes` as far as is known; the caller spends the rest when it has come. */
  async ready(share: string, bytes: number, signal: AbortSignal | undefined): Promise<void> {
    this.spend(share, bytes);
    const over = this.#bytes(share) - bounds.namespaceBodyBytes;
    if (over > 0) await sleep((1_000 * over) / bounds.namespaceBodyBytesPerSecond, signal);
  }

  spend(share: string, bytes: number): void {
    if (bytes !== 0) this.#spent.set(share, share, { bytes: this.#bytes(share) + bytes, at: this.#now() });
  }

  #bytes(share: string): number {
    const spent = this.#spent.get(share, share);
    if (spent === undefined) return 0;
    const returned = ((this.#now() - spent.at) / 1_000) * bounds.namespaceBodyBytesPerSecond;
    return Math.max(0, spent.bytes - returned);
  }
}
