import type { FailedCheck } from './check-workload.ts';

/** Checks that were refused in the same pause do not come again all at once. In milliseconds. */
const spreadMs = 1_000;

/**
 * When a check comes again because of a pause, in milliseconds since the epoch. One that was refused as `paused` has not sent a request: its interval
 * is still owed one. One that failed has had its request, and the next tick is its next try; without a schedule there is no tick, so it comes
 * again after the pause too. Undefined where it does not, and where the next tick comes first. `chance`: from 0 to 1, for the spread.
 */
export function checkAgainAt(
  failures: readonly Pick<FailedCheck, 'code' | 'retryAt'>[],
  nextTick: number | undefined,
  chance: number,
): number | undefined {
  const ends = failures.flatMap(({ code, retryAt }) =>
    retryAt !== undefined && (code === 'paused' || nextTick === undefined) ? [retryAt] : [],
  );
  if (ends.length === 0) return undefined;
  const at = Math.min(...ends) + Math.round(chance * spreadMs);
  return nextTick !== undefined && nextTick <= at ? undefined : at;
}
