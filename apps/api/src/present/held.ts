import type { z } from '@hono/zod-openapi';
import type { Hold, QuarantineEntry } from '@keelson/history';
import type { holdSchema, quarantineListSchema } from '../schemas/workload.ts';
import { moment } from './moment.ts';

export function presentHold({ code, sentence, at }: Hold): z.input<typeof holdSchema> {
  return { code, sentence, at: moment(at) };
}

export function presentQuarantine(entries: readonly QuarantineEntry[]): z.input<typeof quarantineListSchema> {
  return entries.map(({ container, image, tag, digest, code, sentence, at, rollout }) => ({
    container,
    image,
    ...(tag !== undefined && { tag }),
    digest,
    code,
    sentence,
    at: moment(at),
    ...(rollout !== undefined && { rollout }),
  }));
}
