import { setTimeout as sleep } from 'node:timers/promises';

type Probe<T> = () => Promise<T | undefined | false> | T | undefined | false;

export interface WaitOptions {
  /** Machines are busy: only a hang is to end a test here. @default 300_000 */
  readonly timeoutMs?: number;
  /** Resolves when there may be something new; may be called often. @default after 100 ms, then after ever longer, up to 300 ms */
  readonly next?: () => Promise<unknown>;
}

/**
 * Probes until the answer is neither undefined nor false, and resolves with it; a probe that throws counts as false. Benchmarks use it too, and
 * they run outside of Vitest, where `vi.waitFor` does not work.
 *
 * @throws Error after the timeout, with `what` was waited for and the probe's last error as its cause
 */
export async function waitUntil<T>(
  what: string,
  probe: Probe<T>,
  { timeoutMs = 300_000, next = slower() }: WaitOptions = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let cause: unknown;
  while (Date.now() < end) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    await next();
  }
  throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`, { cause });
}

/** What takes long is probed less often: on a busy machine the probes themselves would slow what they wait for. */
function slower(): () => Promise<void> {
  let ms = 100;
  return async () => {
    await sleep(ms);
    ms = Math.min(ms * 1.25, 300);
  };
}
