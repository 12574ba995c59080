import { timeoutSignal } from '@keelson/core/wait';
import type { Context } from '../context.ts';
import { explain } from '../redis/explain.ts';
import type { History, HistoryEvent } from '../types.ts';
import { checkEventId, readEvents } from './read.ts';
import type { Tail } from './tail.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/** Events after one of them; waits up to `blockMs` for the first when there is none. An abort ends the wait with nothing. */
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
    // Waiting starts before looking, so that what comes in between wakes too.
    const look = new AbortController();
    const woken = tail.wait(after, AbortSignal.any([ended, look.signal]));
    woken.catch(() => undefined);
    try {
      const found = await readEvents(context, after, limit);
      if (found.length > 0 || ended.aborted) return found;
      await woken;
    } catch (error) {
      throw explain(error);
    } finally {
      look.abort();
    }
  }
}
