import type { Queue } from 'bullmq';
import { imagePatch, registryPoll, rolloutVerify } from '../functions.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';
import { explain } from '../redis/explain.ts';
import type { Producer, QueueCounts } from '../types.ts';
import { enqueue } from './enqueue.ts';
import { openQueue, tickQueue } from './open-queue.ts';

const counted = [registryPoll.name, imagePatch.name, rolloutVerify.name, tickQueue];

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
    queueCounts: async () => {
      const entries = counted.map(async (name) => [name, await countsOf(await queueOf(name))] as const);
      return Object.fromEntries(await Promise.all(entries));
    },
    close: async () => {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

async function countsOf(queue: Queue): Promise<QueueCounts> {
  try {
    const {
      wait = 0,
      prioritized = 0,
      active = 0,
      delayed = 0,
    } = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
    return { waiting: wait + prioritized, active, delayed };
  } catch (error) {
    throw explain(error);
  }
}
