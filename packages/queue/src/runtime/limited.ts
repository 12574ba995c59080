/** A handler that ignores its signal is given up after this many milliseconds: its slot is needed. */
const handlerEndMs = 2_000;

/**
 * What `work` settles to, or a rejection with the signal's reason 2 s after the signal aborts, whichever comes first. So a handler has time
 * to end by itself after an abort, but cannot hang.
 */
export async function limited<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => reject(signal.reason), handlerEndMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), gaveUp]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
