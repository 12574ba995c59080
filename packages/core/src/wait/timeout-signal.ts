/** Aborts after that many milliseconds with a TimeoutError (DOMException), or with the signal's reason when that aborts first. */
export function timeoutSignal(ms: number, signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
