import { WaitingError, Worker } from 'bullmq';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { tickQueue } from '../producer/open-queue.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectPatient } from '../redis/connect.ts';
import { drain } from '../runtime/drain.ts';
import { limited } from '../runtime/limited.ts';
import { createRunning } from '../runtime/running.ts';
import { logWorkerErrors } from '../runtime/worker-errors.ts';
import { workerOptions } from '../runtime/worker-options.ts';
import type { FunctionRuntime } from '../types.ts';

export interface TicksOptions extends QueueOptions {
  /** Called when a schedule is due, in one of the processes that run this. An error is logged; the next tick is the retry. */
  readonly onTick: (id: string) => Promise<void>;
  /** How many ticks run at the same time. @default 50 */
  readonly concurrency?: number;
  readonly log: Log;
}

const data = z.object({ id: z.string() });
const deadlineMs = 10_000;

/**
 * Calls `onTick` for each schedule that is due. A tick is not a function: BullMQ's schedulers bypass deduplication, so a tick only adds the
 * job of a function, which does not.
 */
export async function startTicks({
  redis,
  prefix,
  onTick,
  concurrency = 50,
  log,
}: TicksOptions): Promise<Pick<FunctionRuntime, 'stop'>> {
  const connection = connectPatient(redis);
  const report = logWorkerErrors(connection, log);
  const running = createRunning();
  const worker = new Worker<unknown>(
    tickQueue,
    async (job, token) => {
      if (!running.open) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const parsed = data.safeParse(job.data);
      if (!parsed.success)
        return log.error({ schedule: job.repeatJobKey }, 'a tick was dropped because it does not parse');
      const { id } = parsed.data;
      try {
        await running.track(job.id ?? id, deadlineMs, (signal) => limited(signal, () => onTick(id)));
      } catch (error) {
        log.warn({ schedule: id, err: error }, 'a tick failed');
      }
    },
    workerOptions(connection, prefix, concurrency),
  );
  worker.on('error', (error) => report(error, { function: 'schedules' }));

  let stopped: Promise<boolean> | undefined;
  return {
    stop: () => {
      stopped ??= drain({ workers: [worker], queues: [], connection, running, graceMs: deadlineMs, log });
      return stopped;
    },
  };
}
