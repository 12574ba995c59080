import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { tagged } from '../redis/names.ts';
import { nextRun } from '../schedules/next-run.ts';

/** The name of the queue for the schedules' ticks. */
export const tickQueue = 'schedule';

/** How long BullMQ's own event stream of each queue gets. Nobody reads it, so it stays short. */
const eventsKept = 100;

/** A BullMQ queue on a connection that the caller owns. */
export function openQueue(name: string, connection: Redis, prefix: string | undefined): Queue {
  const queue = new Queue(name, {
    connection,
    prefix: tagged(prefix),
    streams: { events: { maxLen: eventsKept } },
    settings: { repeatStrategy: nextRun },
  });
  // Each call reports its own failure.
  queue.on('error', () => undefined);
  return queue;
}
