import type { Schedule } from '@keelson/core';
import type { z } from 'zod';

/** What a function is told besides its input. */
export interface FunctionContext {
  /** Aborts at the deadline and at shutdown; pass it to every call. */
  readonly signal: AbortSignal;
  /** 1 on the first run. */
  readonly attempt: number;
}

/**
 * One step of the pipeline: its contract and its handler. May be killed at any instruction, run twice, or run beside itself
 * (law 4), so a handler first looks what is already done.
 */
export interface FunctionDefinition<Name extends string, Schema extends z.ZodType> {
  readonly name: Name;
  readonly input: Schema;
  /** Runs at once in one worker process. */
  readonly concurrency: number;
  /** One run is aborted after this many milliseconds. */
  readonly deadlineMs: number;
  /** How often a failed run is tried again, and how long is waited: doubling from `minMs` to `maxMs`, jittered. */
  readonly retry: { readonly attempts: number; readonly minMs: number; readonly maxMs: number };
  /** Jobs with the same key: at most one runs and one waits, with the newest input. Without `:`. */
  readonly key: (input: z.output<Schema>) => string;
}

export type Handler<Schema extends z.ZodType> = (input: z.output<Schema>, context: FunctionContext) => Promise<void>;

/** Asks for work. Throws only QueueError. */
export interface Producer {
  /**
   * Resolves when the work is in Redis. While one with the same key runs, one more is kept for after it, with the newest input; while one
   * waits, or waits to be tried again, it takes the newest input and keeps its place.
   *
   * With `delayMs` it is asked for that much later; the newest such request for a key replaces the one before, and neither holds up
   * what is asked for without a delay.
   */
  add<Name extends string, Schema extends z.ZodType>(
    fn: FunctionDefinition<Name, Schema>,
    input: z.input<Schema>,
    options?: { readonly delayMs?: number },
  ): Promise<void>;
  close(): Promise<void>;
}

/**
 * How one run ended: `retrying` is failed and will be tried again, `failed` is not; `invalid` had an input that does not parse;
 * `handed-over` was aborted by the shutdown and waits for another worker.
 */
export type FunctionOutcome = 'succeeded' | 'retrying' | 'failed' | 'invalid' | 'handed-over';

/** One run of a function that ended, after `ms` milliseconds. */
export interface Settled {
  readonly name: string;
  readonly ms: number;
  readonly outcome: FunctionOutcome;
}

/** A worker's functions while they run. */
export interface FunctionRuntime {
  /** Takes no new work, waits up to the grace period for what runs, aborts and hands over the rest, closes. Safe to call twice. */
  stop(): Promise<void>;
}

export interface WantedSchedule {
  readonly schedule: Schedule;
  /** Place in the interval, counted from the epoch: see `offsetFor`. Of no meaning for cron. */
  readonly offsetMs: number;
}

/** What `reconcile` did. */
export interface Reconciled {
  readonly put: number;
  readonly removed: number;
  readonly untouched: number;
}

/** The schedules of all workloads, in Redis. One writer at a time, please: hold the lease. Throws only QueueError. */
export interface Schedules {
  /** Takes effect at once: the next tick is by the new schedule. */
  put(id: string, wanted: WantedSchedule): Promise<void>;
  remove(id: string): Promise<void>;
  list(): Promise<ReadonlyMap<string, WantedSchedule>>;
  /** Removes what is not wanted, puts what differs or lost its next tick, leaves the rest untouched. */
  reconcile(wanted: ReadonlyMap<string, WantedSchedule>): Promise<Reconciled>;
  /** Schedules whose next tick is not there (a Redis that lost something); `put` restores one. */
  missing(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** One owner at a time among many processes. */
export interface Lease {
  /** Gives it up at once, when it is held. */
  stop(): Promise<void>;
}

export interface SingleFlightOptions {
  /** Milliseconds since the epoch: a value whose production was started before this is too old. */
  readonly notBefore: number;
  /** Between the starts of two productions, in milliseconds. */
  readonly minGapMs: number;
  /** After this long a producer counts as dead, in milliseconds. */
  readonly lockMs: number;
  /** How long a value is kept, in milliseconds. */
  readonly keepMs: number;
  readonly signal: AbortSignal;
}

/** One production for all who ask at the same time, in all processes (law 10). */
export interface SingleFlight {
  /**
   * The kept value when its production was started at or after `notBefore`; else somebody's, or one's own. `at`: when it was started.
   * Throws what `produce` threw, to everybody in this process who waited for it; QueueError; or the signal's reason.
   */
  run(
    key: string,
    options: SingleFlightOptions,
    produce: () => Promise<string>,
  ): Promise<{ readonly value: string; readonly at: number }>;
  close(): Promise<void>;
}
