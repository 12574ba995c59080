export interface BucketOptions {
  /** Tokens added each second. */
  readonly perSecond: number;
  /** The most tokens that a client has at once. */
  readonly burst: number;
  /** Clients kept in memory; the least recent one is dropped first. @default 10000 */
  readonly clients?: number;
  readonly now: () => number;
}

/**
 * A token bucket for each client. The function takes `count` tokens and returns 0, or the milliseconds until the next token where there is none. More
 * than there are may be taken: then the client waits until they are paid for.
 */
export function createTokenBucket({
  perSecond,
  burst,
  clients = 10_000,
  now,
}: BucketOptions): (client: string, count?: number) => number {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (client, count = 1) => {
    const at = now();
    const last = buckets.get(client) ?? { tokens: burst, at };
    const tokens = Math.min(burst, last.tokens + (Math.max(0, at - last.at) / 1000) * perSecond);
    // A Map keeps the order of insertion: deleting first makes this client the newest.
    buckets.delete(client);
    buckets.set(client, { tokens: tokens >= 1 ? tokens - count : tokens, at });
    const oldest = buckets.keys().next();
    if (buckets.size > clients && !oldest.done) buckets.delete(oldest.value);
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  };
}
