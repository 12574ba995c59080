const key = 'guestbook:entries';

/** How many entries the page shows, newest first. */
const shown = 50;

/**
 * The entries, as a list in Redis with the newest first. Every call rejects when Redis is unavailable.
 *
 * @param redis what `connectRedis` returns
 */
export function createEntries(redis) {
  return {
    /** Stores an entry, `{ name, text }`, with the current time. */
    async add({ name, text }) {
      await redis.lpush(key, JSON.stringify({ at: new Date().toISOString(), name, text }));
    },

    /** The newest entries, `{ at, name, text }`, and how many there are in all. */
    async newest() {
      const [entries, total] = await Promise.all([redis.lrange(key, 0, shown - 1), redis.llen(key)]);
      return { entries: entries.flatMap(readEntry), total };
    },

    /** Deletes all but the newest `keep` entries, and returns how many those were. */
    async tidy(keep) {
      const [[, before], [failure]] = await redis
        .multi()
        .llen(key)
        .ltrim(key, 0, keep - 1)
        .exec();
      if (failure) throw failure;
      return Math.max(0, before - keep);
    },

    async answers() {
      await redis.ping();
    },
  };
}

/** Unreadable entries are left out: after a rollback, this version may be older than the one that wrote them. */
function readEntry(text) {
  try {
    const { at, name, text: said } = JSON.parse(text);
    return [at, name, said].every((field) => typeof field === 'string') ? [{ at, name, text: said }] : [];
  } catch {
    return [];
  }
}
