import type { RegistryError, RequestSubject } from '../errors.ts';
import { failed } from '../errors.ts';
import { retryAfter } from './retry-after.ts';
import type { HttpResponse } from './types.ts';

/** The error for a status that passes by itself, 429 or 5xx, with the time that `Retry-After` names. Undefined for another status. */
export function retryableStatusError(
  { status, headers }: HttpResponse,
  about: RequestSubject,
  now: number,
): RegistryError | undefined {
  if (status !== 429 && status < 500) return undefined;
  const wait = retryAfter(headers['retry-after'], headers.date, now);
  const retry = wait === undefined ? { status } : { status, retryAt: now + wait, extent: 'host' as const };
  if (status === 429) {
    return failed('rate-limited', about, 'it answered 429, too many requests', { ...retry, extent: 'host' });
  }
  return failed('unavailable', about, `it answered ${status}`, retry);
}
