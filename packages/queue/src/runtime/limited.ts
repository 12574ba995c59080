/** A handler that does not heed its signal is given up after this long: its slot is needed. */
const heedMs = 2_000;

/** Runs until it settles, or until shortly after the signal aborts, whichever comes first. Rejects with the signal's reason then. */
export async function limited<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => reject(signal.reason), heedMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), gaveUp]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
