/**
 * What the promise settles to, or a rejection with the signal's reason as soon as the signal aborts. The work behind the promise goes on:
 * pass it the signal too where it takes one.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: abortion, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([abortion, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
