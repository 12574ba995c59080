import { isKeelsonError } from '@keelson/core';
import { RedisError } from '@keelson/redis';

/** The codes of a HistoryError beside those of every RedisError. */
type OwnCode =
  /** Stored data does not parse, or the keys hold data of another program. */
  | 'corrupt'
  /** An argument is invalid: a cursor, an event id, a digest. */
  | 'invalid';

export type HistoryErrorCode = HistoryError['code'];

/** The only error that a History throws. */
export class HistoryError extends RedisError<OwnCode> {
  override readonly name = 'HistoryError';
}

/** Works across copies of this package, where `instanceof` does not. */
export function isHistoryError(error: unknown): error is HistoryError {
  return isKeelsonError(error) && error.name === 'HistoryError';
}
