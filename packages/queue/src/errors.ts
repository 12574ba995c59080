import { isKeelsonError } from '@keelson/core';
import { RedisError } from '@keelson/redis';

/** Beside what can be wrong with a Redis: an input that does not parse, or a schedule that is never due. */
type OwnCode = 'invalid';

export type QueueErrorCode = QueueError['code'];

/**
 * The only error that this package throws by itself. Not thrown: what a handler or a producer of values threw goes through as it is, and so
 * does the reason of the caller's signal.
 */
export class QueueError extends RedisError<OwnCode> {
  override readonly name = 'QueueError';
}

/** Works across copies of this package, where `instanceof` does not. */
export function isQueueError(error: unknown): error is QueueError {
  return isKeelsonError(error) && error.name === 'QueueError';
}
