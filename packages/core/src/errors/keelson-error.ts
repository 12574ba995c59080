export interface KeelsonErrorOptions<Code extends string> {
  readonly code: Code;
  readonly retryable: boolean;
  /** What it came from: an error of a library or of another package. */
  readonly cause?: unknown;
}

/**
 * The base of every error that a Keelson package throws on purpose. Each package has a class of its own with its own codes.
 *
 * The message is for people: what is wrong, where, and what to do. It never holds a secret.
 *
 * It is not thrown:
 * - when the caller's own signal aborts: then the signal's reason is thrown, unless the function's documentation says otherwise;
 * - for a mistake in our own code: then what JavaScript throws goes through as it is (TypeError, RangeError).
 *
 * So an error that is no KeelsonError is a defect or the caller's own abort; do not retry it.
 */
export abstract class KeelsonError<Code extends string = string> extends Error {
  /** Stable, in kebab-case: for programs, the API and logs. */
  readonly code: Code;
  /** True when a later retry of the same call may succeed. False: a user has to change something first, such as a setting or a permission. */
  readonly retryable: boolean;

  constructor(message: string, { code, retryable, cause }: KeelsonErrorOptions<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

/**
 * True for an error of any Keelson package. It goes by the shape, so it also works across copies of a package, where `instanceof` does not.
 *
 * For the errors of one package, compare the name too: `isKeelsonError(error) && error.name === 'QueueError'`.
 */
export function isKeelsonError(error: unknown): error is KeelsonError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'retryable' in error &&
    typeof error.retryable === 'boolean'
  );
}
