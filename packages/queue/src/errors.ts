export type QueueErrorCode =
  /** Redis cannot be reached, or is still loading. */
  | 'unavailable'
  /** Redis is at its `maxmemory` and evicts nothing, so nothing can be queued. */
  | 'full'
  /** This Redis takes no writes: a replica, or its disk fails. */
  | 'readonly'
  /** Wrong password or user, or a command that this user may not run. */
  | 'denied'
  /** What was asked for makes no sense: an input that does not parse, a schedule that is never due. */
  | 'invalid';

/** `theirs`: it gets better by itself or by mending Redis, so retry. Otherwise whoever configured or called has to mend something. */
const theirs: Record<QueueErrorCode, boolean> = {
  unavailable: true,
  full: true,
  readonly: true,
  denied: false,
  invalid: false,
};

/** The only error that this package throws by itself. Its message never carries the URL or a password. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: QueueErrorCode;
  readonly theirs: boolean;

  constructor(message: string, options: { readonly code: QueueErrorCode; readonly cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.theirs = theirs[options.code];
  }
}

/** Works across copies of this package, where `instanceof` does not. */
export function isQueueError(error: unknown): error is QueueError {
  return error instanceof Error && error.name === 'QueueError' && 'code' in error;
}
