import { orAborted } from '@keelson/core/wait';
import type { RequestSubject } from '../errors.ts';
import { gaveUp } from '../errors.ts';

/**
 * What the promise settles to. The promise itself goes on when the signal aborts.
 *
 * @throws RegistryError of code `timeout` as soon as the signal aborts, with its reason as the cause
 */
export async function orGaveUp<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  about: RequestSubject,
): Promise<T> {
  try {
    return await orAborted(promise, signal);
  } catch (error) {
    throw signal?.aborted && error === signal.reason ? gaveUp(about, error) : error;
  }
}
