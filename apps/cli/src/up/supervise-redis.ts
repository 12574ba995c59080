import { sleep } from '@keelson/core/wait';
import type { Logger } from '@keelson/log';
import type { RedisServer } from '@keelson/redis/server';

/** The pause before each start after an end. Once these are used up, it is given up. */
const growing: readonly number[] = [0, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
/** A Redis that ran for so long was well: the pauses begin anew. */
const wellMs = 60_000;

export interface SuperviseOptions {
  /** Where its data is, for the log. */
  readonly directory: string;
  readonly log: Logger;
  /** In milliseconds, before each start after an end. @default seven, up to 20 s */
  readonly pauses?: readonly number[];
}

export interface SupervisedRedis {
  /** Resolves when it ended again and again, and is not started any more. */
  readonly lost: Promise<'redis-lost'>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts the Redis again, with its port and data, each time that it ends. */
export function superviseRedis(
  redis: RedisServer,
  { directory, log, pauses = growing }: SuperviseOptions,
): SupervisedRedis {
  const stopping = new AbortController();
  const lost = Promise.withResolvers<'redis-lost'>();
  let starts = 0;
  let since = performance.now();

  async function supervise(): Promise<void> {
    for (;;) {
      const ended = await redis.untilEnded();
      if (performance.now() - since >= wellMs) starts = 0;
      if (!(await startedAgain(ended))) return;
      since = performance.now();
    }
  }

  /** False where this stops, or gave up. */
  async function startedAgain(ended: string): Promise<boolean> {
    let why = ended;
    for (;;) {
      const pause = pauses[starts++];
      if (pause === undefined) break;
      await sleep(pause, stopping.signal);
      if (stopping.signal.aborted) return false;
      try {
        await redis.restart();
        log.warn({ directory, ended }, 'Redis ended and was started again');
        return true;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
    const message =
      'Redis ended again and again and is not started any more, so Keelson ends. Check that there are memory and disk space for it, and start Keelson again.';
    log.fatal({ directory, starts: pauses.length, why }, message);
    lost.resolve('redis-lost');
    return false;
  }

  const supervising = supervise();
  return {
    lost: lost.promise,
    async stop() {
      stopping.abort();
      await redis.stop();
      await supervising;
      // A start that was under way is over now.
      await redis.stop();
    },
  };
}
