import type { Schedule } from '@keelson/core';
import type { z } from 'zod';

/** What a handler receives besides its input. */
export interface FunctionContext {
  /** Aborts at the deadline and at shutdown; pass it to every call. */
  readonly signal: AbortSignal;
  /** 1 on the first run. */
  readonly attempt: number;
}

/**
 * The contract of one step of the pipeline. Its handler may be killed at any instruction, run twice, or run beside itself (law 4), so it
 * first checks what is already done.
 */
export interface FunctionDefinition<Name extends string, Schema extends z.ZodType> {
  readonly name: Name;
  readonly input: Schema;
  /** How many runs one worker process has at the same time. */
  readonly concurrency: number;
  /** A run is aborted after this many milliseconds. */
  readonly deadlineMs: number;
  /** How many attempts a job has, and the wait before the next one in milliseconds: doubling from `minMs` to `maxMs`, with jitter. */
  readonly retry: { readonly attempts: number; readonly minMs: number; readonly maxMs: number };
  /** Of the jobs with the same key at most one runs and one waits, with the newest input. Must not contain `:`. */
  readonly key: (input: z.output<Schema>) => string;
  /** Whose a job is: they share the runs of a process fairly (law 17). @default nobody's */
  readonly share?: (input: z.output<Schema>) => string;
}

export type Handler<Schema extends z.ZodType> = (input: z.output<Schema>, context: FunctionContext) => Promise<void>;

/** Adds jobs. Throws only QueueError. */
export interface Producer {
  /**
   * Resolves when the job is in Redis. While a job with the same key runs, one more is kept to run after it, with the newest input. A job
   * that waits, or waits for its next attempt, takes the newest input and keeps its place.
   *
   * With `delayMs` the job is added that many milliseconds later. A newer delayed job of the same key replaces an older one, and neither
   * holds up a job without a delay.
   */
  add<Name extends string, Schema extends z.ZodType>(
    fn: FunctionDefinition<Name, Schema>,
    input: z.input<Schema>,
    options?: { readonly delayMs?: number },
  ): Promise<void>;
  close(): Promise<void>;
}

/**
 * How one run ended. `retrying`: it failed and is tried again; `failed`: it is not tried again; `invalid`: its input does not parse;
 * `handed-over`: the shutdown aborted it, and its job waits for another worker.
 */
export type FunctionOutcome = 'succeeded' | 'retrying' | 'failed' | 'invalid' | 'handed-over';

/** One run of a function that ended, after `ms` milliseconds. */
export interface Settled {
  readonly name: string;
  readonly ms: number;
  readonly outcome: FunctionOutcome;
}

/** The running functions of one process. */
export interface FunctionRuntime {
  /**
   * Takes no new jobs and waits up to the grace period for running ones. Aborts the rest, puts their jobs back for another worker, and
   * closes. Safe to call twice. Returns whether all of that ended in time; without Redis it does not.
   */
  stop(): Promise<boolean>;
}

export interface WantedSchedule {
  readonly schedule: Schedule;
  /** Place in the interval in milliseconds, counted from the epoch: see `offsetFor`. Ignored for cron. */
  readonly offsetMs: number;
}

/** How many schedules `reconcile` wrote, removed and left as they were. */
export interface Reconciled {
  /** The ids of those that are never due or otherwise invalid: they are not in Redis. */
  readonly refused: readonly string[];
  readonly put: number;
  readonly removed: number;
  readonly untouched: number;
}

/** The schedules of all workloads, in Redis. Only one process may write at a time: the holder of the lease. Throws only QueueError. */
export interface Schedules {
  /** Adds or replaces a schedule. The next tick is by the new schedule. */
  put(id: string, wanted: WantedSchedule): Promise<void>;
  remove(id: string): Promise<void>;
  list(): Promise<ReadonlyMap<string, WantedSchedule>>;
  /** Removes schedules that are not wanted, writes those that differ or lost their next tick, and leaves the rest untouched. */
  reconcile(wanted: ReadonlyMap<string, WantedSchedule>): Promise<Reconciled>;
  /** The ids of schedules whose next tick is lost (Redis lost data). `put` fixes one. */
  missing(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A lease that one of many processes holds at a time. */
export interface Lease {
  /** Stops trying for the lease, and releases it when this process holds it. */
  stop(): Promise<void>;
}

export interface SingleFlightOptions {
  /** Milliseconds since the epoch: a value whose production started before this is too old. */
  readonly notBefore: number;
  /** The least time between the starts of two productions, in milliseconds. */
  readonly minGapMs: number;
  /** A production that takes longer is given up, in milliseconds: another process may start one. */
  readonly lockMs: number;
  /** How long a value is kept, in milliseconds. */
  readonly keepMs: number;
  /**
   * Who asks: they share values. What failed for one fails no other one, and what takes one long is waited for by the others for about a second (law 17).
   * Without spaces.
   */
  readonly share: string;
  /** Ends the wait of this caller. */
  readonly signal: AbortSignal;
}

/** Shares one production of a value among all callers in all processes (law 10). */
export interface SingleFlight {
  /**
   * The kept value when its production started at or after `notBefore`, otherwise the result of a running or a new production. `at`: when
   * that production started, in milliseconds since the epoch.
   *
   * @throws what `produce` threw, to every caller of its share in this process that waited for it; QueueError; or the reason of the caller's signal
   */
  run(
    key: string,
    options: SingleFlightOptions,
    produce: () => Promise<string>,
  ): Promise<{ readonly value: string; readonly at: number }>;
  close(): Promise<void>;
}
