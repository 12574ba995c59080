import { isKeelsonError } from '@keelson/core';
import { RedisError } from '@keelson/redis';

/** Beside what can be wrong with a Redis. */
type OwnCode =
  /** What is stored does not parse, or somebody else's data is under our keys. */
  | 'corrupt'
  /** What was asked for makes no sense: a cursor, an event id, a digest. */
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
