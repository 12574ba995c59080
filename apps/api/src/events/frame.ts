import type { z } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { HistoryEvent } from '@keelson/history';
import type { eventSchema } from '../schemas/event.ts';

const encoder = new TextEncoder();

/** One event (WHATWG HTML §9.2.6). JSON text has no line breaks. */
export function eventFrame({ id, type, at, workload, namespace, rollout, name, message }: HistoryEvent): Uint8Array {
  const data: z.input<typeof eventSchema> = {
    type,
    at: toIsoTime(at),
    workload,
    ...(namespace !== undefined && { namespace }),
    ...(rollout !== undefined && { rollout }),
    name,
    ...(message !== undefined && { message }),
  };
  return encoder.encode(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The first block: an id without data raises no event, and a client that is disconnected before the first event knows where to continue. */
export function openingFrame(id: string): Uint8Array {
  return encoder.encode(`retry: 2000\nid: ${id}\n\n`);
}

/** A comment, which keeps proxies from closing a quiet connection. */
export const heartbeatFrame = encoder.encode(': heartbeat\n\n');
