/** An error in a log line: its name, message, code and causes. Never headers, bodies or other properties, which may hold secrets. */
export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const maxDepth = 5;

/** Describes any thrown value for a log line. */
export function describeError(error: unknown, depth = maxDepth): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    // Only an unexpected error needs its stack: an error with a code says by itself what is wrong.
    ...(stack !== undefined && depth === maxDepth && code === undefined && { stack }),
    ...(cause !== undefined && depth > 0 && { cause: describeError(cause, depth - 1) }),
  };
}
