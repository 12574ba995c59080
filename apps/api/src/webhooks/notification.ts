import { bounds, isBoundedJson } from '@keelson/core';
import { z } from 'zod';

/** CNCF distribution, docs/content/about/notifications.md. Only what says which image to check is read. */
const envelopeSchema = z.object({ events: z.array(z.unknown()).max(bounds.notificationEvents) });
const eventSchema = z.looseObject({});

const pushSchema = z.object({
  action: z.literal('push'),
  target: z.object({
    repository: z.string().min(1).max(255),
    tag: z.string().min(1).max(128).optional().catch(undefined),
    mediaType: z.string().optional().catch(undefined),
  }),
  request: z
    .object({ host: z.string().max(255).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What was pushed, as the notification claims. It has no digest, so that no code can use it (law 2). */
export interface PushHint {
  /** The host and port of the registry as the pushing client named it; '' when the notification does not say. */
  readonly host: string;
  readonly repository: string;
  /** Absent: the image was pushed by digest. */
  readonly tag?: string;
}

export interface Notification {
  readonly events: number;
  readonly pushes: readonly PushHint[];
}

/**
 * Reads the body of a notification; undefined when it is not one, which none of events that are no objects is either. Events other than the push of
 * a manifest are not in `pushes`, nor is what is no event: it spoils no other.
 */
export function readNotification(text: string): Notification | undefined {
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (!envelope.success) return undefined;
  const { events } = envelope.data;
  if (events.length > 0 && !events.some((event) => eventSchema.safeParse(event).success)) return undefined;
  const pushes = events.flatMap((event) => {
    const push = pushSchema.safeParse(event);
    return push.success && push.data.target.mediaType !== 'application/octet-stream' ? [hintOf(push.data)] : [];
  });
  return { events: events.length, pushes };
}

function hintOf({ target, request }: z.output<typeof pushSchema>): PushHint {
  const { repository, tag } = target;
  return { host: request?.host ?? '', repository, ...(tag !== undefined && { tag }) };
}

function parseJson(text: string): unknown {
  try {
    return isBoundedJson(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
