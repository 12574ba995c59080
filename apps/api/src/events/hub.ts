import { bounds } from '@keelson/core';
import type { HistoryEvent } from '@keelson/history';
import type { ApiDeps } from '../deps.ts';
import type { ApiMetrics } from '../observe/metrics.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { EventClient } from './client.ts';
import { createEventClient } from './client.ts';
import { readEvents } from './reader.ts';
import { isAfter } from './stream-id.ts';

export interface EventHubOptions extends Pick<ApiDeps, 'history' | 'log' | 'stopping'> {
  readonly metrics: Pick<ApiMetrics, 'eventClients' | 'eventStreamsEnded'>;
  /** @default bounds.eventStreams */
  readonly maxClients?: number;
  /** Runs each read of what a client missed, few at the same time: one may send an old id again and again. @default at once */
  readonly inTurn?: <Result>(read: () => Promise<Result>) => Promise<Result>;
  /** @default 15000 */
  readonly heartbeatMs?: number;
}

export interface OpenOptions {
  /** Last-Event-ID; absent: the stream starts with new events. */
  readonly after?: string;
  /** An event as this client may see it; undefined where it does not. @default as it is */
  readonly view?: (event: HistoryEvent) => HistoryEvent | undefined;
  /** Whether this client may still read; asked before each event and heartbeat. @default always */
  readonly mayRead?: () => boolean;
  /** Closes the client's connection. */
  readonly cut?: () => void;
  /** Called once when the stream ended. */
  readonly onEnd?: () => void;
}

export interface EventHub {
  /** @throws ApiProblem `too-many-clients` or `stopping`; HistoryError when Redis does not answer. */
  open(options: OpenOptions): Promise<ReadableStream<Uint8Array>>;
}

/** Serves all event streams of this process from one blocking read of Redis, which runs while there are clients. */
export function createEventHub(options: EventHubOptions): EventHub {
  const { history, log, metrics, stopping, maxClients = bounds.eventStreams, heartbeatMs = 15_000 } = options;
  const { inTurn = (read) => read() } = options;
  const clients = new Set<EventClient>();
  let reading: { readonly controller: AbortController; readonly started: Promise<void>; position: string } | undefined;

  function startReading(): NonNullable<typeof reading> {
    const controller = new AbortController();
    const run = async () => {
      mine.position = await history.lastEventId();
      void readEvents({ history, log, from: mine.position, onEvents, signal: controller.signal });
    };
    const onEvents = (events: readonly HistoryEvent[]) => {
      for (const client of clients) client.deliver(events);
      mine.position = events.at(-1)?.id ?? mine.position;
    };
    const mine = { controller, started: Promise.resolve(), position: '0-0' };
    mine.started = run();
    return mine;
  }

  function stopReading(): void {
    reading?.controller.abort();
    reading = undefined;
  }

  const heartbeat = setInterval(() => {
    for (const client of clients) client.beat();
  }, heartbeatMs).unref();

  stopping?.addEventListener('abort', () => {
    clearInterval(heartbeat);
    for (const client of clients) client.end();
    stopReading();
  });

  return {
    async open({ after, view, mayRead, cut, onEnd }) {
      refuseWhen(stopping?.aborted, 'stopping', 'This process is shutting down: connect again.');
      refuseWhen(
        clients.size >= maxClients,
        'too-many-clients',
        `${maxClients} event streams are open, which is the limit.`,
      );
      const last = after === undefined ? undefined : await history.lastEventId();
      reading ??= startReading();
      const mine = reading;
      try {
        await mine.started;
      } catch (error) {
        if (reading === mine) stopReading();
        throw error;
      }
      refuseWhen(stopping?.aborted, 'stopping', 'This process is shutting down: connect again.');

      // After a loss of Redis a client may send an id that the stream has not reached: waiting for it would never end.
      const known = after !== undefined && last !== undefined && isAfter(after, last) ? last : after;
      const client = createEventClient({
        history: { events: (...read) => inTurn(() => history.events(...read)) },
        after: known ?? mine.position,
        position: () => mine.position,
        ...(view && { view }),
        ...(mayRead && { mayRead }),
        ...(cut && { cut }),
        onEnd(end) {
          onEnd?.();
          clients.delete(client);
          metrics.eventClients.set(clients.size);
          metrics.eventStreamsEnded.inc({ end });
          if (clients.size === 0) stopReading();
        },
      });
      clients.add(client);
      metrics.eventClients.set(clients.size);
      return client.stream;
    },
  };
}

function refuseWhen(condition: boolean | undefined, code: 'stopping' | 'too-many-clients', detail: string): void {
  if (condition) throw new ApiProblem(code, detail, { headers: { 'Retry-After': '5' } });
}
