import { bounds } from '@keelson/core';
import { LRUCache } from 'lru-cache';

/** Values that are read once and kept. A failed read is not kept. */
export interface ReadOnce<T> {
  get(key: string, read: () => Promise<T>): Promise<T>;
  /** Drops values whose key begins with `prefix` and that were read at or before `before` (milliseconds since the epoch). */
  forget(prefix: string, before: number): void;
}

/**
 * `now`: milliseconds since the epoch. `keepMs`: how long a value is kept, in milliseconds; undefined: until `bounds.secretsKept` others were
 * needed later, since a namespace chooses how many it names.
 */
export function createReadOnce<T>(now: () => number, keepMs: (value: T) => number | undefined): ReadOnce<T> {
  const kept = new LRUCache<string, { readonly at: number; readonly value: Promise<T> }>({ max: bounds.secretsKept });

  return {
    async get(key, read) {
      const known = kept.get(key);
      if (known) {
        const value = await known.value;
        const limit = keepMs(value);
        if (limit === undefined || now() - known.at < limit) return value;
        if (kept.get(key) === known) kept.delete(key);
        return this.get(key, read);
      }
      const entry = { at: now(), value: read() };
      kept.set(key, entry);
      entry.value.catch(() => kept.get(key) === entry && kept.delete(key));
      return entry.value;
    },
    forget(prefix, before) {
      for (const [key, { at }] of kept) if (key.startsWith(prefix) && at <= before) kept.delete(key);
    },
  };
}
