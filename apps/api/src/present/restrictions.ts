import type { z } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { Hold, QuarantineEntry } from '@keelson/history';
import type { holdSchema, quarantineListSchema } from '../schemas/workload.ts';

export function presentHold({ code, message, at, restored }: Hold): z.input<typeof holdSchema> {
  return { code, message, at: toIsoTime(at), ...(restored && { restored }) };
}

export function presentQuarantine(entries: readonly QuarantineEntry[]): z.input<typeof quarantineListSchema> {
  return entries.map(({ container, image, tag, digest, code, message, at, rollout, restored }) => ({
    container,
    image,
    ...(tag !== undefined && { tag }),
    digest,
    code,
    message,
    at: toIsoTime(at),
    ...(rollout !== undefined && { rollout }),
    ...(restored && { restored }),
  }));
}
