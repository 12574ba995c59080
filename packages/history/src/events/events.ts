import { timeoutSignal } from '@keelson/core/wait';
import type { Context } from '../context.ts';
import { explain } from '../redis/explain.ts';
import type { History, HistoryEvent } from '../types.ts';
import { checkEventId, readEvents } from './read.ts';
import type { Tail } from './tail.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/** The events after one of them. Without any, waits up to `blockMs` milliseconds for the first; an abort ends the wait with an empty list. */
export async function events(
  context: Context,
  tail: Tail,
  after: string,
  options: Parameters<History['events']>[1] = {},
): Promise<readonly HistoryEvent[]> {
  checkEventId(after);
  const { blockMs = 0, signal } = options;
  const limit = Math.min(Math.max(Math.trunc(options.limit ?? defaultLimit), 1), maxLimit);
  if (blockMs <= 0 || signal?.aborted) return readEvents(context, after, limit);

  const ended = timeoutSignal(blockMs, signal);
  for (;;) {
    // The wait starts before the read, so that an event in between wakes it too.
    const read = new AbortController();
    const woken = tail.wait(after, AbortSignal.any([ended, read.signal]));
    woken.catch(() => undefined);
    try {
      const found = await readEvents(context, after, limit);
      if (found.length > 0 || ended.aborted) return found;
      await woken;
    } catch (error) {
      throw explain(error);
    } finally {
      read.abort();
    }
  }
}
