import { sleep } from '@keelson/core/wait';
import type { Deps } from '../deps.ts';

/** How soon an admission policy that was installed, or taken away, is noticed. */
const REFRESH_MS = 60_000;

/** Keeps up with whether the cluster gives pods the digests of their annotations. `known`: once it was first asked. */
export function watchPinPolicy({ writes: { pinPolicy }, log }: Pick<Deps, 'writes' | 'log'>, signal: AbortSignal) {
  const refresh = async (): Promise<void> => {
    const before = pinPolicy.works;
    await pinPolicy.refresh(signal).catch((error: unknown) => {
      if (!signal.aborted)
        log.warn({ err: error }, 'whether the admission policy keelson-pin is there could not be read');
    });
    if (pinPolicy.works !== before)
      log.info({ works: pinPolicy.works }, 'the admission policy keelson-pin was looked for');
  };
  const known = refresh();
  const again = async (): Promise<void> => {
    await known;
    while (!signal.aborted) {
      await sleep(REFRESH_MS, signal);
      if (!signal.aborted) await refresh();
    }
  };
  return { known, ended: again() };
}
