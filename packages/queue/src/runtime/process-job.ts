import type { Job, Queue } from 'bullmq';
import { UnrecoverableError, WaitingError } from 'bullmq';
import type { Log } from '../log.ts';
import { enqueue } from '../producer/enqueue.ts';
import { laterName } from '../producer/job-options.ts';
import type { FunctionOutcome, Settled } from '../types.ts';
import type { Handled } from './handle.ts';
import { limited } from './limited.ts';
import type { Running } from './running.ts';
import { AbortedRun } from './running.ts';
import { Shares } from './shares.ts';

export interface ProcessOptions {
  /** The function's own queue, for delayed jobs that are due. */
  readonly queue: () => Queue;
  readonly running: Running;
  readonly log: Log;
  readonly onSettled: (settled: Settled) => void;
  /** How many runs there are at the same time. */
  readonly concurrency: number;
}

/** What BullMQ calls for each job of one function. */
export function processJob(handled: Handled, { queue, running, log, onSettled, concurrency }: ProcessOptions) {
  const { definition } = handled;
  const { name, deadlineMs, retry } = definition;
  const shares = new Shares(concurrency);

  return async (job: Job<unknown>, token: string | undefined): Promise<void> => {
    // BullMQ may still deliver a job that it was waiting for when it was paused.
    if (!running.open) return handOver(job, token, 'shutdown');
    if (job.name === laterName) return enqueue(queue(), definition, job.data);

    const share = shareOf(handled, job.data);
    const delayMs = shares.delayMs(share, Math.random());
    if (delayMs !== undefined) return enqueue(queue(), definition, job.data, delayMs);

    const attempt = job.attemptsMade + 1;
    const fields = { function: name, input: job.data, attempt };
    const started = performance.now();
    const settle = (outcome: FunctionOutcome): void => onSettled({ name, ms: performance.now() - started, outcome });
    let aborted: unknown;
    try {
      const run = (signal: AbortSignal): Promise<boolean> => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
        });
        return limited(signal, () => handled.run(job.data, { signal, attempt }));
      };
      const parsed = await shares.run(share, () => running.track(job.id ?? '', deadlineMs, run));
      if (!parsed) log.error(fields, 'a job was dropped because its input does not parse');
      return settle(parsed ? 'succeeded' : 'invalid');
    } catch (error) {
      // A handler may wrap its signal's reason, so the signal decides, not the error.
      if (aborted instanceof AbortedRun && aborted.reason !== 'deadline') {
        settle('handed-over');
        return handOver(job, token, aborted.reason);
      }
      const again = attempt < retry.attempts;
      log.warn({ ...fields, err: error }, again ? 'a function failed and will be tried again' : 'a function failed');
      settle(again ? 'retrying' : 'failed');
      throw forRedis(error, again);
    }
  };
}

/** Whose a job is; nobody's where its input does not parse. */
function shareOf({ definition: { input, share } }: Handled, data: unknown): string {
  const parsed = input.safeParse(data);
  return parsed.success ? (share?.(parsed.data) ?? '') : '';
}

/** Returns the job to the queue for another worker, without counting this run. When the lock is lost another worker may have it already. */
async function handOver(
  job: Job<unknown>,
  token: string | undefined,
  reason: 'shutdown' | 'lock-lost',
): Promise<never> {
  if (reason === 'shutdown') await job.moveToWait(token);
  throw new WaitingError();
}

/** BullMQ keeps the message in Redis. The log has it already, and the message of a foreign error may hold a secret (law 12). */
function forRedis(error: unknown, again: boolean): Error {
  const kind = error instanceof Error ? error.name : 'Error';
  return again ? new Error(kind) : new UnrecoverableError(kind);
}
