import type { Queue } from 'bullmq';
import { Worker } from 'bullmq';
import type { Log } from '../log.ts';
import { openQueue } from '../producer/open-queue.ts';
import type { QueueOptions } from '../redis/connect.ts';
import { connectPatient } from '../redis/connect.ts';
import type { FunctionRuntime, Settled } from '../types.ts';
import { backoffMs } from './backoff.ts';
import { drain } from './drain.ts';
import type { Handled } from './handle.ts';
import { processJob } from './process-job.ts';
import { AbortedRun, createRunning } from './running.ts';
import { logWorkerErrors } from './worker-errors.ts';
import { workerOptions } from './worker-options.ts';

export interface FunctionsOptions extends QueueOptions {
  readonly log: Log;
  /** How long `stop` waits for running jobs, in milliseconds. */
  readonly graceMs: number;
  /** How many runs a function has at the same time, by name, in place of its definition's `concurrency`. */
  readonly concurrency?: Readonly<Record<string, number>>;
  /** Called after each run, for metrics. */
  readonly onSettled?: (settled: Settled) => void;
}

/**
 * Starts functions in this process, with one BullMQ worker each. While Redis is unavailable they wait for it.
 *
 * Never throws for an error of a handler: the job is tried again, and the error is logged.
 */
export async function startFunctions(
  functions: readonly Handled[],
  { redis, prefix, log, graceMs, concurrency = {}, onSettled = () => undefined }: FunctionsOptions,
): Promise<FunctionRuntime> {
  const connection = connectPatient(redis);
  const report = logWorkerErrors(connection, log);
  const running = createRunning();
  const queues = new Map<string, Queue>();

  // Only when a delayed job is due: BullMQ sends several commands for each queue that is opened.
  function queueOf(name: string): Queue {
    const queue = queues.get(name) ?? openQueue(name, connection, prefix);
    queues.set(name, queue);
    return queue;
  }

  const workers = functions.map((handled) => {
    const { name, concurrency: usual, retry } = handled.definition;
    const atOnce = concurrency[name] ?? usual;
    const base = workerOptions(connection, prefix, atOnce);
    const options = { queue: () => queueOf(name), running, log, onSettled, concurrency: atOnce };
    const worker = new Worker(name, processJob(handled, options), {
      ...base,
      settings: {
        ...base.settings,
        backoffStrategy: (failures: number) => backoffMs(retry, failures),
      },
    });
    worker.on('error', (error) => report(error, { function: name }));
    worker.on('lockRenewalFailed', (ids) =>
      running.abort(ids, new AbortedRun('lock-lost', 'Another worker may have taken this job over.')),
    );
    return worker;
  });

  let stopped: Promise<boolean> | undefined;
  return {
    stop: () => {
      stopped ??= drain({ workers, queues: [...queues.values()], connection, running, graceMs, log });
      return stopped;
    },
  };
}
