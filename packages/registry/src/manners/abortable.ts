import type { Asked } from '../errors.ts';
import { gaveUp } from '../errors.ts';

/** The promise, or an error of code `timeout` as soon as the signal says so, with its reason as the cause. The promise itself goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined, about: Asked): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(gaveUp(about, signal.reason));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
