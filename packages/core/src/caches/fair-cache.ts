interface Entry<T> {
  owner: string;
  value: T;
  readonly size: number;
}

/** What belongs to one owner: the least recently used key first, and the sizes of all together. */
interface Owned {
  readonly keys: Set<string>;
  size: number;
}

/** Who owns what several namespaces use. */
const common = '';

/**
 * A memory of so many entries, or of entries whose sizes together are so much. Each belongs to the namespace that uses it, or to all once a second one does. Past the limit whoever has the most
 * loses the entry that was not used for the longest time, so that nobody's flood displaces what another one needs.
 */
export class FairCache<T> {
  readonly #max: number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #owned = new Map<string, Owned>();
  readonly #sizeOf: (value: T) => number;
  #size = 0;

  constructor(max: number, sizeOf: (value: T) => number = () => 1) {
    this.#max = max;
    this.#sizeOf = sizeOf;
  }

  get(share: string, key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#own(key, entry, share);
    return entry?.value;
  }

  set(share: string, key: string, value: T): void {
    const owner = this.#entries.get(key)?.owner ?? share;
    this.delete(key);
    const entry = { owner, value, size: this.#sizeOf(value) };
    this.#entries.set(key, entry);
    this.#size += entry.size;
    this.#add(key, entry);
    this.#own(key, entry, share);
    while (this.#size > this.#max) this.#evict();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= entry.size;
    this.#release(key, entry);
  }

  /** What belongs to this namespace alone. */
  of(share: string): readonly (readonly [key: string, value: T])[] {
    return [...(this.#owned.get(share)?.keys ?? [])].flatMap((key) => {
      const entry = this.#entries.get(key);
      return entry === undefined ? [] : [[key, entry.value] as const];
    });
  }

  #own(key: string, entry: Entry<T>, share: string): void {
    this.#release(key, entry);
    if (entry.owner !== share) entry.owner = common;
    this.#add(key, entry);
  }

  #add(key: string, { owner, size }: Entry<T>): void {
    const owned = this.#owned.get(owner) ?? { keys: new Set(), size: 0 };
    owned.keys.add(key);
    owned.size += size;
    this.#owned.set(owner, owned);
  }

  #release(key: string, { owner, size }: Entry<T>): void {
    const owned = this.#owned.get(owner);
    if (owned === undefined) return;
    owned.keys.delete(key);
    owned.size -= size;
    if (owned.keys.size === 0) this.#owned.delete(owner);
  }

  #evict(): void {
    let most: Owned = { keys: new Set(), size: 0 };
    for (const owned of this.#owned.values()) if (owned.size > most.size) most = owned;
    const [oldest] = most.keys;
    if (oldest !== undefined) this.delete(oldest);
  }
}
