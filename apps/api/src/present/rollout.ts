import type { z } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import { hasEnded } from '@keelson/history';
import type { rolloutSchema } from '../schemas/rollout.ts';

/** A rollout in the shape of the API. */
export function presentRollout(rollout: Rollout): z.input<typeof rolloutSchema> {
  const { id, workload, state, kind, trigger, code, message, createdAt, updatedAt, generation } = rollout;
  const { rollbackOf, unhealthyBefore, written, soak } = rollout;
  return {
    id,
    workload,
    state,
    kind,
    trigger,
    code,
    message,
    changes: rollout.changes.map(({ container, image, from, to }) => ({ container, image, from, to })),
    createdAt: toIsoTime(createdAt),
    updatedAt: toIsoTime(updatedAt),
    ...(hasEnded(state) && { durationMs: updatedAt - createdAt }),
    transitions: rollout.transitions.map(({ state: reached, at, code: why, message }, index, all) => {
      const next = all[index + 1];
      return {
        state: reached,
        at: toIsoTime(at),
        ...(next && { durationMs: next.at - at }),
        code: why,
        ...(message !== undefined && { message }),
      };
    }),
    ...(rollout.evidence && { evidence: rollout.evidence }),
    generation,
    ...(rollbackOf !== undefined && { rollbackOf }),
    ...(unhealthyBefore !== undefined && { unhealthyBefore }),
    ...(written && { written: { path: written.path } }),
    ...(soak && { soakingSince: toIsoTime(soak.since) }),
  };
}
