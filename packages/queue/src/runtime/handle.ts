import type { z } from 'zod';
import type { FunctionContext, FunctionDefinition, Handler } from '../types.ts';

/** A function with its handler. */
export interface Handled {
  readonly definition: FunctionDefinition<string, z.ZodType>;
  /** Parses the input and calls the handler. False when the input does not parse: then the handler was not called. */
  run(input: unknown, context: FunctionContext): Promise<boolean>;
}

/** Pairs a function's contract with its handler, for `startFunctions`. */
export function handle<Name extends string, Schema extends z.ZodType>(
  definition: FunctionDefinition<Name, Schema>,
  handler: Handler<Schema>,
): Handled {
  return {
    definition: {
      ...definition,
      key: (input) => definition.key(definition.input.parse(input)),
      share: (input) => definition.share?.(definition.input.parse(input)) ?? '',
    },
    run: async (input, context) => {
      const parsed = definition.input.safeParse(input);
      if (!parsed.success) return false;
      await handler(parsed.data, context);
      return true;
    },
  };
}
