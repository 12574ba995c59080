import { bounds, FairCache } from '@keelson/core';

/** Values of namespaces that are read once and kept. A failed read is not kept. */
export interface ReadOnce<T> {
  get(namespace: string, name: string, read: () => Promise<T>): Promise<T>;
  /** Drops the namespace's values that were read at or before `before` (milliseconds since the epoch). */
  forget(namespace: string, before: number): void;
}

/**
 * `now`: milliseconds since the epoch. `keepMs`: how long a value is kept, in milliseconds; undefined: until there are more than
 * `bounds.secretsKept`, of which the namespace that has the most loses one.
 */
export function createReadOnce<T>(now: () => number, keepMs: (value: T) => number | undefined): ReadOnce<T> {
  const kept = new FairCache<{ readonly at: number; readonly value: Promise<T> }>(bounds.secretsKept);

  return {
    async get(namespace, name, read) {
      const key = `${namespace}/${name}`;
      const known = kept.get(namespace, key);
      if (known) {
        const value = await known.value;
        const limit = keepMs(value);
        if (limit === undefined || now() - known.at < limit) return value;
        if (kept.get(namespace, key) === known) kept.delete(key);
        return this.get(namespace, name, read);
      }
      const entry = { at: now(), value: read() };
      kept.set(namespace, key, entry);
      entry.value.catch(() => kept.get(namespace, key) === entry && kept.delete(key));
      return entry.value;
    },
    forget(namespace, before) {
      for (const [key, { at }] of kept.of(namespace)) if (at <= before) kept.delete(key);
    },
  };
}
