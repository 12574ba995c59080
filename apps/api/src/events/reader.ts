import { sleep } from '@keelson/core/wait';
import type { History, HistoryEvent } from '@keelson/history';
import type { ApiDeps } from '../deps.ts';

export interface ReaderOptions {
  readonly history: Pick<History, 'events'>;
  readonly log: ApiDeps['log'];
  readonly from: string;
  readonly onEvents: (events: readonly HistoryEvent[]) => void;
  readonly signal: AbortSignal;
}

/** Also the longest delay when a wake-up was lost with a connection. */
const blockMs = 2_000;
const retryMs = 1_000;

/** Reads the stream until the signal aborts. When Redis is unavailable it continues later from the last id, so that no event is lost. */
export async function readEvents({ history, log, from, onEvents, signal }: ReaderOptions): Promise<void> {
  let position = from;
  while (!signal.aborted) {
    try {
      const events = await history.events(position, { blockMs, limit: 500, signal });
      position = events.at(-1)?.id ?? position;
      if (events.length > 0 && !signal.aborted) onEvents(events);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, 'events cannot be read; trying again');
      await sleep(retryMs, signal);
    }
  }
}
