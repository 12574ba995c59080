import { FairCache } from '@keelson/core';

/** Whose requests count: a registry's, by the credentials and by who sends them. */
export interface Counted {
  readonly host: string;
  /** The fingerprint of the credential. */
  readonly who: string;
  readonly share: string;
}

/** The window of the limits that are known, Docker Hub's. In milliseconds. */
const windowMs = 6 * 3_600_000;

interface Used {
  since: number;
  manifests: number;
}

/** Who shares a limit: the two that were seen last. */
interface Seen {
  share: string;
  at: number;
  other?: { readonly share: string; readonly at: number };
}

/** What the namespaces that share a registry's limit have used of it: none may use more than half of it while there are others. */
export class LimitShares {
  readonly #used = new FairCache<Used>(2_000);
  readonly #seen = new FairCache<Seen>(2_000);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  note({ host, who, share }: Counted, isUsed: boolean): void {
    const key = `${host}\n${who}`;
    const seen = this.#seen.get(share, key) ?? { share, at: 0 };
    if (seen.share !== share) seen.other = { share: seen.share, at: seen.at };
    Object.assign(seen, { share, at: this.#now() });
    this.#seen.set(share, key, seen);
    if (!isUsed) return;
    const used = this.#usedBy({ host, who, share });
    used.manifests++;
    this.#used.set(share, `${key}\n${share}`, used);
  }

  /** Until when a namespace has used its part, in milliseconds since the epoch. Undefined where it has not, and where enough is left for all. */
  retryAt(
    counted: Counted,
    { remaining, limit }: { readonly remaining: number; readonly limit: number },
  ): number | undefined {
    const { since, manifests } = this.#usedBy(counted);
    const isOver = remaining <= limit / 2 && manifests >= limit / 2 && this.#hasOthers(counted);
    return isOver ? since + windowMs : undefined;
  }

  #usedBy({ host, who, share }: Counted): Used {
    const used = this.#used.get(share, `${host}\n${who}\n${share}`);
    return used !== undefined && this.#now() - used.since < windowMs ? used : { since: this.#now(), manifests: 0 };
  }

  #hasOthers({ host, who, share }: Counted): boolean {
    const seen = this.#seen.get(share, `${host}\n${who}`);
    const since = this.#now() - windowMs;
    return [seen, seen?.other].some((one) => one !== undefined && one.share !== share && one.at > since);
  }
}
