import type { RedisTarget } from '@keelson/redis';
import { connectQuick } from '@keelson/redis';
import { z } from 'zod';
import { readStopFor, readStops, resumeStop } from './cluster/stop.ts';
import type { Context } from './context.ts';
import type { HistoryError } from './errors.ts';
import { events } from './events/events.ts';
import { readLastEventId } from './events/read.ts';
import { createTail } from './events/tail.ts';
import { keysUnder } from './keys.ts';
import { explain } from './redis/explain.ts';
import { ping } from './redis/ping.ts';
import { hold, resume } from './restrictions/hold.ts';
import { noteRemoved } from './restrictions/note-removed.ts';
import { release } from './restrictions/release.ts';
import { restore } from './restrictions/restore.ts';
import { noteReverted } from './restrictions/reverted.ts';
import { begin } from './rollouts/begin.ts';
import { page } from './rollouts/page.ts';
import { readActive, readRollout, readRollouts, readUnproven } from './rollouts/read.ts';
import { transition } from './rollouts/transition.ts';
import { trim } from './rollouts/trim.ts';
import type { History } from './types.ts';
import { findFollowers } from './workloads/find.ts';
import { putProofs } from './workloads/proofs.ts';
import { countWorkloads, readWorkload, readWorkloadIds, readWorkloadPage, readWorkloads } from './workloads/read.ts';
import { adopt, putCheck, putWorkload, removeWorkload } from './workloads/write.ts';

export interface HistoryOptions {
  /** A Redis 6.2 or later. */
  readonly redis: RedisTarget;
  /** Every key begins with it, as a Redis Cluster hash tag. @default 'keelson' */
  readonly prefix?: string;
  readonly retention?: {
    /** Rollouts kept for each workload. @default 100 */
    readonly perWorkload?: number;
    /** How long a rollout is kept after its start, in milliseconds. @default 400 days */
    readonly maxAgeMs?: number;
  };
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** NewEvent of each stored entry that a list left out because it does not parse. */
  readonly onCorrupt?: (error: HistoryError) => void;
}

const retention = z.object({
  perWorkload: z.int().min(1).default(100),
  maxAgeMs: z
    .number()
    .min(0)
    .default(400 * 24 * 3_600_000),
});

/** Opens the history in Redis. It connects, and reconnects when needed, by itself; close it at the end. */
export function createHistory(options: HistoryOptions): History {
  const redis = connectQuick(options.redis);
  const keys = keysUnder(options.prefix ?? 'keelson');
  const clock = options.now ?? Date.now;
  const context: Context = {
    redis,
    keys,
    retention: retention.parse(options.retention ?? {}),
    now: () => Math.trunc(clock()),
    onCorrupt: (error) => options.onCorrupt?.(explain(error)),
  };
  const tail = createTail(() => connectQuick(options.redis, { commandTimeout: 15_000 }), keys.events);

  return {
    begin: (rollout) => begin(context, rollout),
    transition: (id, step) => transition(context, id, step),
    rollout: (id) => readRollout(context, id),
    rollouts: (query) => page(context, query),
    rolloutsById: (ids) => readRollouts(context, ids),
    active: () => readActive(context),
    unproven: () => readUnproven(context),
    putWorkload: (record) => putWorkload(context, record),
    removeWorkload: (id) => removeWorkload(context, id),
    putCheck: (id, check) => putCheck(context, id, check),
    putProofs: (id, proofs) => putProofs(context, id, proofs),
    adopt: (id, digests, knew) => adopt(context, id, digests, knew),
    restore: (id, known) => restore(context, id, known),
    release: (id, digest) => release(context, id, digest),
    hold: (id, wanted) => hold(context, id, wanted),
    resume: (id) => resume(context, id),
    noteRemoved: (id) => noteRemoved(context, id),
    noteReverted: (id, manager, pauseMs) => noteReverted(context, id, manager, pauseMs),
    stops: () => readStops(context),
    stopFor: (id) => readStopFor(context, id),
    resumeStop: (namespace) => resumeStop(context, namespace),
    workload: (id) => readWorkload(context, id),
    workloads: () => readWorkloads(context),
    workloadCount: () => countWorkloads(context),
    workloadIds: () => readWorkloadIds(context),
    workloadPage: (query) => readWorkloadPage(context, query),
    followersOf: (paths) => findFollowers(context, paths),
    events: (after, how) => events(context, tail, after, how),
    lastEventId: () => readLastEventId(context),
    trim: (now) => trim(context, now),
    ping: () => ping(context),
    close: async () => {
      tail.close();
      redis.disconnect();
    },
  };
}
