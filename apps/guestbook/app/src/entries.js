const KEY = 'guestbook:entries';

/** How many entries the page shows, newest first. */
const SHOWN = 50;

/**
 * The entries, as a list in Redis with the newest first. Every call rejects when Redis is away.
 *
 * @param redis what `connectRedis` gives
 */
export function createEntries(redis) {
  return {
    /** Keeps an entry: `{ name, text }`, with the time of now. */
    async add({ name, text }) {
      await redis.lpush(KEY, JSON.stringify({ at: new Date().toISOString(), name, text }));
    },

    /** The newest entries, `{ at, name, text }`, and how many there are in all. */
    async newest() {
      const [entries, total] = await Promise.all([redis.lrange(KEY, 0, SHOWN - 1), redis.llen(KEY)]);
      return { entries: entries.flatMap(readEntry), total };
    },

    /** Takes out all but the newest `keep`, and says how many that were. */
    async tidy(keep) {
      const [[, before], [failure]] = await redis
        .multi()
        .llen(KEY)
        .ltrim(KEY, 0, keep - 1)
        .exec();
      if (failure) throw failure;
      return Math.max(0, before - keep);
    },

    async answers() {
      await redis.ping();
    },
  };
}

/** What cannot be read is left out: after a rollback, this may be older than what wrote it. */
function readEntry(text) {
  try {
    const { at, name, text: said } = JSON.parse(text);
    return [at, name, said].every((field) => typeof field === 'string') ? [{ at, name, text: said }] : [];
  } catch {
    return [];
  }
}
