import { sleep } from '@keelson/core/wait';
import type { Log } from '../log.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import { tagged } from '../redis/names.ts';
import { loadScript, run } from '../redis/script.ts';
import type { Lease } from '../types.ts';

export interface LeaseOptions extends QueueOptions {
  /** What is held. */
  readonly name: string;
  /** Who holds it; another one for each process. */
  readonly holder: string;
  /** How long it lasts without being renewed, in milliseconds. @default 5000 */
  readonly ttlMs?: number;
  /** How often it is renewed, or tried for, in milliseconds. @default 1500 */
  readonly renewMs?: number;
  /**
   * Begins what only the holder does; the signal aborts when the lease is lost or given up, and always before it can be somebody else's.
   * When it rejects, the lease is given up and tried for again.
   */
  readonly onAcquired: (signal: AbortSignal) => void | Promise<void>;
  readonly log?: Log;
}

const renew = loadScript('lease-renew');
const release = loadScript('lease-release');

/** Tries for a lease until `stop`, and holds it while it can. */
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

  /** Counted from before Redis was asked, and a little early: this process must know before anybody else can have it. */
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
      log?.error({ lease: name, err: error }, 'what the holder of a lease does failed; the lease is given up');
      if (!signal.aborted) await giveUp('The work of its holder failed.');
    }
  }

  async function giveUp(why: string): Promise<void> {
    lose(why);
    await run(redis, release, keys, [holder]).catch(() => undefined);
  }

  async function tryOnce(): Promise<void> {
    const asked = performance.now();
    try {
      await whenReady(redis);
      const got = await run(redis, renew, keys, [holder, ttlMs]);
      if (stopping.signal.aborted) return;
      if (got === 1) holdUntil(asked + ttlMs);
      else lose('Somebody else has the lease.');
    } catch (error) {
      log?.warn({ lease: name, err: error }, 'a lease could not be asked for');
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
      await giveUp('The lease was given up.');
      redis.disconnect();
    },
  };
}
