import type { Queue } from 'bullmq';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import type { Producer } from '../types.ts';
import { enqueue } from './enqueue.ts';
import { openQueue } from './open-queue.ts';

/** A producer with a connection of its own. It fails within seconds while Redis is unavailable, and works again afterwards. */
export function createProducer({ redis, prefix }: QueueOptions): Producer {
  const connection = connectQuick(redis);
  const queues = new Map<string, Queue>();

  // Only on a ready connection: BullMQ cannot set a queue up on one that is not.
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
