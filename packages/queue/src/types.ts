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

/** Thrown by a handler: do not try again (theirs or yours, but it will not get better by itself). */
export interface PermanentFailure extends Error {
  readonly permanent: true;
}
