import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** What every operation of a History needs. */
export interface Context {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly retention: Retention;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** NewEvent of each entry that a list left out because it does not parse. */
  readonly onCorrupt: (error: unknown) => void;
}

export interface Retention {
  /** How many rollouts are kept for each workload. @default 100 */
  readonly perWorkload: number;
  /** How long a rollout is kept after its start, in milliseconds. @default 400 days */
  readonly maxAgeMs: number;
}

/** How long the digests, quarantine and hold of a removed workload are kept in case it is created again, in seconds. */
export const removedKeptSeconds = 7 * 24 * 3_600;
