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
  const running = createRunning();

  const parts = functions.map((handled) => {
    const { name, concurrency: usual, retry } = handled.definition;
    const queue = openQueue(name, connection, prefix);
    const base = workerOptions(connection, prefix, concurrency[name] ?? usual);
    const worker = new Worker(name, processJob(handled, { queue, running, log, onSettled }), {
      ...base,
      settings: {
        ...base.settings,
        backoffStrategy: (failures: number) => backoffMs(retry, failures),
      },
    });
    worker.on('error', (error) => log.warn({ function: name, err: error }, 'Redis failed for a worker'));
    worker.on('lockRenewalFailed', (ids) =>
      running.abort(ids, new AbortedRun('lock-lost', 'Another worker may have taken this job over.')),
    );
    return { queue, worker };
  });

  let stopped: Promise<void> | undefined;
  const workers = parts.map(({ worker }) => worker);
  return {
    stop: () => {
      stopped ??= drain({ workers, queues: parts.map(({ queue }) => queue), connection, running, graceMs, log });
      return stopped;
    },
  };
}
