import type { History, HistoryEvent } from '@keelson/history';
import { ApiProblem } from '../problems/api-problem.ts';
import { eventFrame, heartbeatFrame, openingFrame } from './frame.ts';
import { isAfter } from './stream-id.ts';

export interface ClientOptions {
  readonly history: Pick<History, 'events'>;
  /** The id of an event: those after it are sent. */
  readonly after: string;
  /** An event as this client may see it; undefined where it does not. @default as it is */
  readonly view?: (event: HistoryEvent) => HistoryEvent | undefined;
  /** Whether the client may still read; else the stream ends. @default always */
  readonly mayRead?: () => boolean;
  /** The id of the last event that the shared reader has read. */
  readonly position: () => string;
  /** Closes the connection of a client that does not read. Absent: the stream fails instead. */
  readonly cut?: () => void;
  readonly onEnd: (end: 'left' | 'slow' | 'failed') => void;
}

export interface EventClient {
  readonly stream: ReadableStream<Uint8Array>;
  deliver(events: readonly HistoryEvent[]): void;
  beat(): void;
  /** Ends the stream after what is queued. */
  end(): void;
}

/** Events read at a time while catching up. */
const pageSize = 100;
const queueSize = 200;
/** With more events queued beyond `queueSize`, the client does not read: it is disconnected, and may connect again with Last-Event-ID. */
const maxBehind = 500;

/** The stream of one client: first the events that it missed, page by page as it reads, then what the shared reader delivers. */
export function createEventClient(options: ClientOptions): EventClient {
  const { history, view = (event) => event, mayRead = () => true, position, cut, onEnd } = options;
  let cursor = options.after;
  let live = false;
  let over = false;
  let out: ReadableStreamDefaultController<Uint8Array>;

  function finish(end: 'left' | 'slow' | 'failed'): void {
    if (over) return;
    over = true;
    onEnd(end);
    if (end === 'left') return;
    if (cut) cut();
    else out.error(new ApiProblem('stopping', 'The event stream was ended.'));
  }

  function send(frame: Uint8Array): void {
    if (over) return;
    if ((out.desiredSize ?? 0) < -maxBehind) finish('slow');
    else out.enqueue(frame);
  }

  function end(): void {
    if (over) return;
    over = true;
    out.close();
    onEnd('left');
  }

  function sendAll(events: readonly HistoryEvent[]): number {
    if (!mayRead()) end();
    if (over) return 0;
    const wanted = events.filter((event) => isAfter(event.id, cursor));
    cursor = wanted.at(-1)?.id ?? cursor;
    const mine = wanted.flatMap((event) => view(event) ?? []);
    for (const event of mine) send(eventFrame(event));
    return mine.length;
  }

  /** Returns how many events were sent. Sets `live` in the same turn when the client is level with the reader. */
  async function catchUp(): Promise<number> {
    const passed = position();
    const events = await history.events(cursor, { limit: pageSize });
    const sent = sendAll(events);
    // An empty page: the events that the reader passed have been trimmed since.
    if (events.length === 0 && isAfter(passed, cursor)) cursor = passed;
    if (!isAfter(position(), cursor)) live = true;
    return sent;
  }

  const waiting = () => !live && !over;

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
        out.enqueue(openingFrame(cursor));
        live = !isAfter(position(), cursor);
      },
      async pull() {
        try {
          for (let sent = 0; sent === 0 && waiting(); ) sent = await catchUp();
        } catch {
          finish('failed');
        }
      },
      cancel: () => finish('left'),
    },
    new CountQueuingStrategy({ highWaterMark: queueSize }),
  );

  return {
    stream,
    deliver(events) {
      if (live) sendAll(events);
    },
    beat: () => (mayRead() ? send(heartbeatFrame) : end()),
    end,
  };
}
