interface Entry<T> {
  owner: string;
  value: T;
}

/** Who owns what several namespaces use. */
const common = '';

/**
 * A memory of so many entries. Each belongs to the namespace that uses it, or to all once a second one does. Past the limit whoever has the most
 * loses the entry that was not used for the longest time, so that nobody's flood displaces what another one needs.
 */
export class FairCache<T> {
  readonly #max: number;
  readonly #entries = new Map<string, Entry<T>>();
  /** The keys of each owner, the least recently used one first. */
  readonly #owned = new Map<string, Set<string>>();

  constructor(max: number) {
    this.#max = max;
  }

  get(share: string, key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#own(key, entry, share);
    return entry?.value;
  }

  set(share: string, key: string, value: T): void {
    const entry = this.#entries.get(key) ?? { owner: share, value };
    entry.value = value;
    this.#entries.set(key, entry);
    this.#own(key, entry, share);
    if (this.#entries.size > this.#max) this.#evict();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#release(entry.owner, key);
  }

  /** What belongs to this namespace alone. */
  of(share: string): readonly (readonly [key: string, value: T])[] {
    return [...(this.#owned.get(share) ?? [])].flatMap((key) => {
      const entry = this.#entries.get(key);
      return entry === undefined ? [] : [[key, entry.value] as const];
    });
  }

  #own(key: string, entry: Entry<T>, share: string): void {
    this.#release(entry.owner, key);
    if (entry.owner !== share) entry.owner = common;
    const keys = this.#owned.get(entry.owner) ?? new Set();
    keys.add(key);
    this.#owned.set(entry.owner, keys);
  }

  #release(owner: string, key: string): void {
    const keys = this.#owned.get(owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#owned.delete(owner);
  }

  #evict(): void {
    let most = new Set<string>();
    for (const keys of this.#owned.values()) if (keys.size > most.size) most = keys;
    const [oldest] = most;
    if (oldest !== undefined) this.delete(oldest);
  }
}
