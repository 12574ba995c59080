import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';

/** How long no manifest is requested after a 429: from a minute to ten, doubled each time. In milliseconds. */
const firstMs = 60_000;
const longestMs = 600_000;
/** Nodes need what is left of a limit more than labels are needed. */
const spare = 0.1;
/** How long after a 429 they are not requested where the registry does not say what is left. In milliseconds. */
const quietMs = 3_600_000;

interface Account {
  /** Manifests left, of how many; unknown where the registry does not say. */
  left?: { readonly remaining: number; readonly limit: number };
  /** 429 in a row. */
  refusals: number;
  /** The last one, in milliseconds since the epoch. */
  refusedAt: number;
  until: number;
}

/**
 * The manifests that a registry lets a client pull in a time, as Docker Hub counts them: GETs by account or address, which nodes need too. Once
 * the limit is used up, what comes back is left alone for some time; a HEAD costs nothing and may say how much there is.
 */
export class ManifestBudget {
  readonly #accounts = new LRUCache<string, Account>({ max: 1_000 });
  /** Hosts that name a limit. */
  readonly #limited = new LRUCache<string, true>({ max: 1_000 });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  isLimited(host: string): boolean {
    return this.#limited.has(host);
  }

  /** Until when no manifest is requested, in milliseconds since the epoch; undefined: not now. */
  retryAt(host: string, who: string): number | undefined {
    const until = this.#accounts.get(keyOf(host, who))?.until ?? 0;
    return this.#now() < until ? until : undefined;
  }

  /** Whether a manifest may be requested that is not needed. */
  hasSpare(host: string, who: string): boolean {
    const account = this.#accounts.get(keyOf(host, who));
    if (account === undefined) return true;
    if (account.left === undefined) return this.#now() - account.refusedAt >= quietMs;
    return account.left.remaining > account.left.limit * spare;
  }

  /** Reads a response to a request for a manifest, of either method. */
  note(host: string, who: string, method: string, status: number, headers: IncomingHttpHeaders): void {
    const key = keyOf(host, who);
    const account = this.#accounts.get(key) ?? { refusals: 0, refusedAt: Number.NEGATIVE_INFINITY, until: 0 };
    const limit = numberIn(headers['ratelimit-limit']);
    const remaining = numberIn(headers['ratelimit-remaining']);
    if (limit !== undefined) this.#limited.set(host, true);
    if (limit !== undefined && remaining !== undefined) {
      account.left = { remaining, limit };
      if (remaining > 0) account.until = 0;
    }
    if (method === 'GET' && status === 429) {
      account.until = this.#now() + Math.min(firstMs * 2 ** account.refusals, longestMs);
      account.refusedAt = this.#now();
      account.refusals++;
    } else if (method === 'GET' && status === 200) {
      account.refusals = 0;
      account.until = 0;
    } else if (remaining === 0) {
      account.until = Math.max(account.until, this.#now() + firstMs);
    }
    if (account.refusals > 0 || account.left !== undefined) this.#accounts.set(key, account);
  }
}

function keyOf(host: string, who: string): string {
  return `${host}\n${who}`;
}

/** `100;w=21600`: the number before its window. */
function numberIn(header: string | readonly string[] | undefined): number | undefined {
  const text = /^\s*(\d{1,9})\s*(?:[;,]|$)/.exec(typeof header === 'string' ? header : '')?.[1];
  return text === undefined ? undefined : Number(text);
}
