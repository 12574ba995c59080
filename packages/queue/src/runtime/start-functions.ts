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
  /** How long `stop` lets runs end by themselves, in milliseconds. */
  readonly graceMs: number;
  /** Runs at once by function, in place of what its definition says. */
  readonly concurrency?: Readonly<Record<string, number>>;
  /** Called with how each run ended, for metrics. */
  readonly onSettled?: (settled: Settled) => void;
}

/** Runs functions in this process: one BullMQ worker each. While Redis is away they wait for it. */
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
    worker.on('error', (error) => log.warn({ function: name, err: error }, 'a worker has trouble with Redis'));
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
