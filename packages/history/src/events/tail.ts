import type { Redis } from 'ioredis';
import type { HistoryError } from '../errors.ts';
import { explain } from '../redis/explain.ts';

/** Waits for the next event. One blocking read on a connection of its own serves all waiters. */
export interface Tail {
  /** Resolves when there may be an event after `after`, or when the signal aborts. @throws HistoryError when Redis fails. */
  wait(after: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** How long one read blocks, in milliseconds: it ends now and then to detect a connection that is dead on the other side only. */
const blockMs = 5_000;

export function createTail(connectOwn: () => Redis, stream: string): Tail {
  const waiting = new Set<{ wake: () => void; fail: (error: HistoryError) => void }>();
  let redis: Redis | undefined;
  let running = false;
  let closed = false;

  async function follow(from: string): Promise<void> {
    redis ??= connectOwn();
    let after = from;
    running = true;
    try {
      while (waiting.size > 0 && !closed) {
        const [read] = (await redis.xread('COUNT', 1_000, 'BLOCK', blockMs, 'STREAMS', stream, after)) ?? [];
        const last = read?.[1].at(-1)?.[0];
        if (last === undefined) continue;
        after = last;
        for (const { wake } of [...waiting]) wake();
      }
    } catch (error) {
      const explained = explain(error);
      for (const { fail } of [...waiting]) fail(explained);
    } finally {
      running = false;
    }
  }

  return {
    wait: (after, signal) =>
      new Promise<void>((resolve, reject) => {
        const done = (): void => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', waiter.wake);
        };
        const waiter = {
          wake: () => {
            done();
            resolve();
          },
          fail: (error: HistoryError) => {
            done();
            reject(error);
          },
        };
        if (signal.aborted || closed) return resolve();
        signal.addEventListener('abort', waiter.wake);
        waiting.add(waiter);
        if (!running) void follow(after);
      }),
    close: () => {
      closed = true;
      for (const { wake } of [...waiting]) wake();
      redis?.disconnect();
    },
  };
}
