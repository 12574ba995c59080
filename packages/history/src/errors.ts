export type HistoryErrorCode =
  /** Redis cannot be reached, or is still loading. */
  | 'unavailable'
  /** Redis is at its `maxmemory` and evicts nothing, so nothing can be written. */
  | 'full'
  /** This Redis takes no writes: a replica, or its disk fails. */
  | 'readonly'
  /** Wrong password or user, or a command that this user may not run. */
  | 'denied'
  /** What is stored does not parse, or somebody else's data is under our keys. */
  | 'corrupt'
  /** What was asked for makes no sense: a cursor, an event id, a digest. */
  | 'invalid';

/** `theirs`: it gets better by itself or by mending Redis, so retry. Otherwise whoever configured or called has to mend something. */
const theirs: Record<HistoryErrorCode, boolean> = {
  unavailable: true,
  full: true,
  readonly: true,
  denied: false,
  corrupt: false,
  invalid: false,
};

/** The only error that a History throws. Its message never carries the URL or a password. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code: HistoryErrorCode;
  readonly theirs: boolean;

  constructor(message: string, options: { readonly code: HistoryErrorCode; readonly cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.theirs = theirs[options.code];
  }
}

/** Works across copies of this package, where `instanceof` does not. */
export function isHistoryError(error: unknown): error is HistoryError {
  return error instanceof Error && error.name === 'HistoryError' && 'code' in error;
}
