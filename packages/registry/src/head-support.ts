import { FairCache } from '@keelson/core';
import { LRUCache } from 'lru-cache';

/** In milliseconds: registries are upgraded, and a GET costs more than a HEAD. */
const rememberedMs = 3_600_000;

/** Remembers where a HEAD is refused, or gets no response, and a GET is not. After an hour a HEAD is tried again. What is known of a host, it keeps for who found it. */
export class HeadSupport {
  /** Hosts that answer GET in place of HEAD, by who asks; with the time until which that is remembered. */
  readonly #hosts = new FairCache<number>(2_000);
  /** What was missing by GET too: the next request for it is a GET alone, which a registry answers for certain. */
  readonly #missing = new LRUCache<string, number>({ max: 10_000 });
  /** How many HEADs in a row got no response, or none that says anything. */
  readonly #silent = new LRUCache<string, number>({ max: 10_000 });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `what`: the tag and who requests it. */
  method(host: string, what: string, share: string): 'HEAD' | 'GET' {
    const until = Math.max(
      this.#hosts.get(share, `${share}\n${host}`) ?? 0,
      this.#missing.get(`${host}\n${what}`) ?? 0,
    );
    return this.#now() < until ? 'GET' : 'HEAD';
  }

  /** Whether it ever was, remembered or not. */
  wasRefused(host: string, share: string): boolean {
    return this.#hosts.get(share, `${share}\n${host}`) !== undefined;
  }

  /** A GET was answered where a HEAD was not. */
  refused(host: string, share: string): void {
    this.#hosts.set(share, `${share}\n${host}`, this.#now() + rememberedMs);
  }

  missing(host: string, what: string): void {
    this.#missing.set(`${host}\n${what}`, this.#now() + rememberedMs);
  }

  /** A HEAD got no response, or a 401 that says nothing, so the next request is a GET. */
  silent(host: string, what: string): void {
    const key = `${host}\n${what}`;
    this.#silent.set(key, (this.#silent.get(key) ?? 0) + 1);
    this.missing(host, what);
  }

  /** A HEAD got a response, whatever it says. */
  answered(host: string, what: string): void {
    this.#silent.delete(`${host}\n${what}`);
  }

  /** Found by a GET. The next request is a HEAD again, but not where a second HEAD in a row got no response: that is no outage. */
  found(host: string, what: string): void {
    const key = `${host}\n${what}`;
    if ((this.#silent.get(key) ?? 0) < 2) this.#missing.delete(key);
  }
}

/** Whether a status says that HEAD is not served at all. */
export function refusesHead(status: number): boolean {
  return status === 405 || status === 501;
}
