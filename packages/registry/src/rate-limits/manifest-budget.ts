import type { IncomingHttpHeaders } from 'node:http';
import { FairCache } from '@keelson/core';
import type { Counted } from './limit-shares.ts';
import { LimitShares } from './limit-shares.ts';

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
 * the limit is used up, what comes back is left alone for some time; a HEAD costs nothing and may say how much there is. Each namespace believes what
 * it has been sent itself, and leaves half of a limit to the others.
 */
export class ManifestBudget {
  readonly #accounts = new FairCache<Account>(2_000);
  /** Hosts that name a limit. */
  readonly #limited = new FairCache<true>(2_000);
  readonly #shares: LimitShares;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#shares = new LimitShares(now);
  }

  isLimited({ host, share }: Omit<Counted, 'who'>): boolean {
    return this.#limited.get(share, `${share}\n${host}`) === true;
  }

  /** Until when no manifest is requested, in milliseconds since the epoch; undefined: not now. */
  retryAt(counted: Counted): number | undefined {
    const account = this.#accountOf(counted);
    const until = account?.until ?? 0;
    if (this.#now() < until) return until;
    return account?.left === undefined ? undefined : this.#shares.retryAt(counted, account.left);
  }

  /** Whether a manifest may be requested that is not needed. */
  hasSpare(counted: Counted): boolean {
    const account = this.#accountOf(counted);
    if (account === undefined) return true;
    if (account.left === undefined) return this.#now() - account.refusedAt >= quietMs;
    return account.left.remaining > account.left.limit * spare;
  }

  /** Reads a response to a request for a manifest, of either method. */
  note(counted: Counted, method: string, status: number, headers: IncomingHttpHeaders): void {
    const { host, share } = counted;
    const account = this.#accountOf(counted) ?? { refusals: 0, refusedAt: Number.NEGATIVE_INFINITY, until: 0 };
    const limit = numberIn(headers['ratelimit-limit']);
    const remaining = numberIn(headers['ratelimit-remaining']);
    this.#shares.note(counted, method === 'GET' && status === 200);
    if (limit !== undefined) this.#limited.set(share, `${share}\n${host}`, true);
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
    if (account.refusals > 0 || account.left !== undefined) this.#accounts.set(share, keyOf(counted), account);
  }

  #accountOf(counted: Counted): Account | undefined {
    return this.#accounts.get(counted.share, keyOf(counted));
  }
}

function keyOf({ host, who, share }: Counted): string {
  return `${share}\n${host}\n${who}`;
}

/** `100;w=21600`: the number before its window. */
function numberIn(header: string | readonly string[] | undefined): number | undefined {
  const text = /^\s*(\d{1,9})\s*(?:[;,]|$)/.exec(typeof header === 'string' ? header : '')?.[1];
  return text === undefined ? undefined : Number(text);
}
