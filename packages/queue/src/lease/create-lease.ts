import { sleep } from '@keelson/core/wait';
import type { Log } from '../log.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import { tagged } from '../redis/names.ts';
import { loadScript, run } from '../redis/script.ts';
import type { Lease } from '../types.ts';

export interface LeaseOptions extends QueueOptions {
  /** The name of the lease. */
  readonly name: string;
  /** An id of this process; unique. */
  readonly holder: string;
  /** How long the lease lasts without a renewal, in milliseconds. @default 5000 */
  readonly ttlMs?: number;
  /** How often the lease is renewed, or tried for, in milliseconds. @default 1500 */
  readonly renewMs?: number;
  /**
   * Starts the work of the holder. The signal aborts when the lease is lost or released, always before another process can have it. When
   * this rejects, the lease is released and tried for again.
   */
  readonly onAcquired: (signal: AbortSignal) => void | Promise<void>;
  readonly log?: Log;
}

const renew = loadScript('lease-renew');
const release = loadScript('lease-release');

/** Tries for a lease until `stop`, and holds it as long as it can be renewed. */
export function createLease(options: LeaseOptions): Lease {
  const { name, holder, ttlMs = 5_000, renewMs = 1_500, onAcquired, log } = options;
  const redis = connectQuick(options.redis);
  const keys = [`${tagged(options.prefix)}:lease:${name}`];
  const stopping = new AbortController();
  let held: AbortController | undefined;
  let expiry: NodeJS.Timeout | undefined;

  function lose(why: string): void {
    clearTimeout(expiry);
    if (held === undefined) return;
    held.abort(new Error(why));
    held = undefined;
  }

  /** Counted from before the request to Redis, and a little early: this process must know before another one can have the lease. */
  function holdUntil(deadline: number): void {
    clearTimeout(expiry);
    expiry = setTimeout(
      () => lose('The lease could not be renewed in time.'),
      deadline - performance.now() - ttlMs / 10,
    );
    if (held !== undefined) return;
    held = new AbortController();
    void work(held.signal);
  }

  async function work(signal: AbortSignal): Promise<void> {
    try {
      await onAcquired(signal);
    } catch (error) {
      log?.error({ lease: name, err: error }, 'the work of a lease holder failed; the lease is released');
      if (!signal.aborted) await releaseLease('The work of the holder failed.');
    }
  }

  async function releaseLease(why: string): Promise<void> {
    lose(why);
    await run(redis, release, keys, [holder]).catch(() => undefined);
  }

  async function tryOnce(): Promise<void> {
    const startedAt = performance.now();
    try {
      await whenReady(redis);
      const got = await run(redis, renew, keys, [holder, ttlMs]);
      if (stopping.signal.aborted) return;
      if (got === 1) holdUntil(startedAt + ttlMs);
      else lose('Another process has the lease.');
    } catch (error) {
      log?.warn({ lease: name, err: error }, 'a lease could not be renewed or acquired');
    }
  }

  const trying = (async () => {
    while (!stopping.signal.aborted) {
      await tryOnce();
      await sleep(renewMs, stopping.signal);
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      await trying;
      await releaseLease('The lease was released.');
      redis.disconnect();
    },
  };
}
