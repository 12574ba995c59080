import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QueueError } from '../errors.ts';
import { tickOptions } from '../producer/job-options.ts';
import { openQueue, tickQueue } from '../producer/open-queue.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import { explain } from '../redis/explain.ts';
import type { Reconciled, Schedules, WantedSchedule } from '../types.ts';
import type { Repeat } from './repeat.ts';
import { fromScheduler, isSame, repeatOf, toRepeat } from './repeat.ts';

const tick = 'tick';
const batch = 500;

/** One BullMQ job scheduler for each workload, in a queue of their own. Schedulers outlive processes and workloads, so call `reconcile` at start. */
export function createSchedules({ redis, prefix }: QueueOptions): Schedules {
  const connection = connectQuick(redis);
  let opened: Queue | undefined;

  async function withQueue<T>(use: (queue: Queue) => Promise<T>): Promise<T> {
    await whenReady(connection);
    opened ??= openQueue(tickQueue, connection, prefix);
    try {
      return await use(opened);
    } catch (error) {
      throw explain(error);
    }
  }

  return {
    put: (id, wanted) => withQueue((queue) => put(queue, id, toRepeat(wanted))),
    remove: (id) =>
      withQueue(async (queue) => {
        await queue.removeJobScheduler(id);
      }),
    list: () => withQueue(list),
    reconcile: (wanted) => withQueue((queue) => reconcile(queue, connection, wanted)),
    missing: () => withQueue((queue) => missing(queue, connection)),
    close: async () => {
      await opened?.close().catch(() => undefined);
      connection.disconnect();
    },
  };
}

/** Removes the old one first: when only the offset changed, BullMQ would keep the time of the next tick, and with it the old offset for ever. */
async function put(queue: Queue, id: string, repeat: Repeat): Promise<void> {
  if (id === '' || id.includes(':'))
    throw new QueueError('The id of a schedule is empty or has a colon.', { code: 'invalid' });
  const removed = queue.removeJobScheduler(id);
  const added = queue.upsertJobScheduler(id, repeat, { name: tick, data: { id }, opts: tickOptions });
  await Promise.all([removed, added]);
}

async function list(queue: Queue): Promise<ReadonlyMap<string, WantedSchedule>> {
  const all = new Map<string, WantedSchedule>();
  for (let from = 0; ; from += batch) {
    const some = await queue.getJobSchedulers(from, from + batch - 1, true);
    for (const scheduler of some) {
      const known = fromScheduler(scheduler);
      if (known !== undefined) all.set(scheduler.key, known);
    }
    if (some.length < batch) return all;
  }
}

async function reconcile(queue: Queue, redis: Redis, all: ReadonlyMap<string, WantedSchedule>): Promise<Reconciled> {
  // One that BullMQ cannot take must not keep all others from being written (law 17).
  const wanted = new Map(
    [...all].flatMap(([id, schedule]) => {
      const repeat = repeatOf(schedule);
      return repeat === undefined ? [] : [[id, repeat] as const];
    }),
  );
  const refused = [...all.keys()].filter((id) => !wanted.has(id));
  const there = await list(queue);
  const lost = new Set(await missing(queue, redis));
  const leftover = [...(await ids(queue, redis)).keys()].filter((id) => !wanted.has(id));
  const differing = [...wanted].filter(([id, repeat]) => {
    const known = there.get(id);
    return known === undefined || lost.has(id) || !isSame(repeat, repeatOf(known));
  });
  await inBatches(leftover, (id) => queue.removeJobScheduler(id));
  await inBatches(differing, ([id, repeat]) => put(queue, id, repeat));
  return { put: differing.length, removed: leftover.length, untouched: wanted.size - differing.length, refused };
}

/** Each schedule's id with the time of its next tick. */
async function ids(queue: Queue, redis: Redis): Promise<ReadonlyMap<string, string>> {
  const flat = await redis.zrange(queue.toKey('repeat'), '0', '-1', 'WITHSCORES');
  const result = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) result.set(flat[i] ?? '', flat[i + 1] ?? '');
  return result;
}

async function missing(queue: Queue, redis: Redis): Promise<readonly string[]> {
  const lost: string[] = [];
  await inBatches([...(await ids(queue, redis))], async ([id, next]) => {
    if ((await redis.exists(queue.toKey(`repeat:${id}:${next}`))) === 0) lost.push(id);
  });
  return lost;
}

async function inBatches<T>(items: readonly T[], each: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += batch) await Promise.all(items.slice(i, i + batch).map(each));
}
