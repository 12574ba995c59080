import type { Queue } from 'bullmq';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import type { Producer } from '../types.ts';
import { enqueue } from './enqueue.ts';
import { openQueue } from './open-queue.ts';

/** Asks for work on one connection of its own; fails within seconds while Redis is away, and works again after. */
export function createProducer({ redis, prefix }: QueueOptions): Producer {
  const connection = connectQuick(redis);
  const queues = new Map<string, Queue>();

  // Only on a connection that is up: BullMQ's set-up of a queue does not survive one that is not.
  async function queueOf(name: string): Promise<Queue> {
    await whenReady(connection);
    const queue = queues.get(name) ?? openQueue(name, connection, prefix);
    queues.set(name, queue);
    return queue;
  }

  return {
    add: async (fn, input, { delayMs } = {}) => enqueue(await queueOf(fn.name), fn, input, delayMs),
    close: async () => {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
