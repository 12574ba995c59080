import { RegistryError } from '../errors.ts';
import type { Outcome } from './pause.ts';

const pausingCodes: ReadonlySet<string> = new Set(['rate-limited', 'timeout', 'unavailable']);

/**
 * Whose doing a failure is. `host`: nobody has a connection. `account`: the registry counts requests by credentials and address. `share`: it is too
 * busy for a namespace. `request`: others may be answered. `answered`: it is no failure of the registry.
 */
export type Blamed = 'host' | 'account' | 'share' | 'request' | 'answered';

/** Who is to be paused for a failure, as far as it says itself. */
export function whoseFailure(error: unknown, outcome: Outcome): Blamed {
  if (outcome.type === 'unknown') return 'request';
  if (outcome.type === 'answered' || !(error instanceof RegistryError) || error.extent === 'elsewhere')
    return 'answered';
  if (error.code === 'rate-limited') return 'account';
  if (error.extent !== 'host') return 'request';
  // With a status there was a connection: what a request gets back, whoever pushed the image may have chosen.
  return error.status === undefined ? 'host' : 'share';
}

/** What a failure says about when to send a request again. */
export function outcomeOf(error: unknown, now: number): Outcome {
  if (!(error instanceof RegistryError)) return { type: 'answered' };
  // Refused here: nothing was sent.
  if (error.code === 'paused') return { type: 'unknown' };
  if (!pausingCodes.has(error.code)) return { type: 'answered' };
  return { type: 'failed', retryAfterMs: error.retryAt === undefined ? undefined : Math.max(0, error.retryAt - now) };
}
