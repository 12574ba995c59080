import { imagePatch, registryPoll, rolloutVerify } from '../functions.ts';
import { openQueue, tickQueue } from '../producer/open-queue.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick, whenReady } from '../redis/connect.ts';

/** How many jobs a queue holds. `active` are running, `waiting` could run now, `delayed` are due later (retries, ticks). */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

const counted = [registryPoll.name, imagePatch.name, rolloutVerify.name, tickQueue];

/** The jobs in Redis by queue: those of the functions of a rollout, and the schedules' ticks. */
export async function queueCounts({ redis, prefix }: QueueOptions): Promise<Readonly<Record<string, QueueCounts>>> {
  const connection = connectQuick(redis);
  try {
    await whenReady(connection);
    const entries = counted.map(async (name) => {
      const queue = openQueue(name, connection, prefix);
      const jobs = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
      await queue.close();
      const { wait = 0, prioritized = 0, active = 0, delayed = 0 } = jobs;
      return [name, { waiting: wait + prioritized, active, delayed }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    connection.disconnect();
  }
}
