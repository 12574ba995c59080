/** An error as a log line holds it: what it is, what it says, and what it came from. Never headers, bodies or other fields, where secrets live. */
export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const DEPTH = 5;

/** Any thrown value, whatever it is. */
export function describeError(error: unknown, depth = DEPTH): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    // A stack is for what nobody foresaw: an error with a code says by itself what is wrong, and causes are named, not traced.
    ...(stack !== undefined && depth === DEPTH && code === undefined && { stack }),
    ...(cause !== undefined && depth > 0 && { cause: describeError(cause, depth - 1) }),
  };
}
