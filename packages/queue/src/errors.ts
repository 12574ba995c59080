import { RedisError } from '@keelson/redis';

/** Beside what can be wrong with a Redis: what was asked for makes no sense, an input that does not parse, a schedule that is never due. */
type OwnCode = 'invalid';

export type QueueErrorCode = QueueError['code'];

/** The only error that this package throws by itself. */
export class QueueError extends RedisError<OwnCode> {
  override readonly name = 'QueueError';
}

/** Works across copies of this package, where `instanceof` does not. */
export function isQueueError(error: unknown): error is QueueError {
  return error instanceof Error && error.name === 'QueueError' && 'code' in error;
}
