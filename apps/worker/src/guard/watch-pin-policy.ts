import { sleep } from '@keelson/core/wait';
import type { Deps } from '../deps.ts';

/** How soon an installed or removed admission policy is noticed. */
const refreshMs = 60_000;

/**
 * Follows whether the admission policy keelson-pin is installed, which gives pods the digests of their annotations. `known` resolves after the
 * first request, `ended` after `signal` aborts.
 */
export function watchPinPolicy({ writes: { pinPolicy }, log }: Pick<Deps, 'writes' | 'log'>, signal: AbortSignal) {
  const refresh = async (): Promise<void> => {
    const before = pinPolicy.installed;
    await pinPolicy.refresh(signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'could not read the admission policy keelson-pin');
    });
    if (pinPolicy.installed !== before)
      log.info({ installed: pinPolicy.installed }, 'the admission policy keelson-pin was checked');
  };
  const known = refresh();
  const again = async (): Promise<void> => {
    await known;
    while (!signal.aborted) {
      await sleep(refreshMs, signal);
      if (!signal.aborted) await refresh();
    }
  };
  return { known, ended: again() };
}
